using System.Runtime.CompilerServices;

namespace Muster.Client.Balancing.Policies;

/// <summary>Draws two different targets, the first by weight exactly, the second nearly: where the first is drawn twice, any other one.</summary>
internal readonly struct PairDraw(double[] weights, PickRandom random)
{
    private readonly AliasTable _table = AliasTable.Of(weights);
    private readonly PickRandom _random = random;
    private readonly int _count = weights.Length;

    /// <summary>Draws the indexes; they are equal only if there is a single target.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Draw(out int one, out int other)
    {
        one = _table.Draw(_random.Next());
        other = _table.Draw(_random.Next());
        if (other == one)
        {
            other = (one + 1 + _random.Next(_count - 1)) % _count;
        }
    }
}
