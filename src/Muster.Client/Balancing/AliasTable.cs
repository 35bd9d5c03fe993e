using System.Runtime.CompilerServices;

namespace Muster.Client.Balancing;

/// <summary>Draws an index with given weights in constant time: one multiplication and one comparison (Walker's alias method, built as Vose does).</summary>
internal sealed class AliasTable
{
    private readonly Column[] _columns;

    private AliasTable(Column[] columns) => _columns = columns;

    /// <summary>A table for weights that are all above 0.</summary>
    public static AliasTable Of(ReadOnlySpan<double> weights)
    {
        double sum = 0;
        foreach (double weight in weights)
        {
            sum += weight;
        }

        var columns = new Column[weights.Length];
        var filling = new double[weights.Length];
        var (small, large) = (new Stack<int>(), new Stack<int>());
        for (int i = 0; i < weights.Length; i++)
        {
            filling[i] = weights[i] * weights.Length / sum;
            columns[i] = new Column(ulong.MaxValue, i, i);
            (filling[i] < 1 ? small : large).Push(i);
        }

        while (small.Count > 0 && large.Count > 0)
        {
            var (poor, rich) = (small.Pop(), large.Pop());
            columns[poor] = new Column((ulong)(filling[poor] * ulong.MaxValue), poor, rich);
            filling[rich] -= 1 - filling[poor];
            (filling[rich] < 1 ? small : large).Push(rich);
        }

        return new AliasTable(columns);
    }

    /// <summary>The index for 64 bits: its high part chooses a column, the rest one of the two that share the column.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Draw(ulong bits)
    {
        Column[] columns = _columns;
        ulong column = Math.BigMul(bits, (ulong)columns.Length, out ulong rest);
        ref readonly Column drawn = ref columns[column];
        return Choice.Between(drawn.Own, drawn.Other, rest > drawn.Threshold);
    }

    private readonly record struct Column(ulong Threshold, int Own, int Other);
}
