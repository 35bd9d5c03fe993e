using System.Numerics;

namespace Muster.Client.Balancing.Policies;

/// <summary>
/// Points of targets on a ring of 64-bit hashes. A target has points in proportion to its weight, at places that depend on
/// nothing but its node and id: when a target goes, only its keys move, and when one comes, keys move only to it.
/// </summary>
internal sealed class HashRing
{
    private readonly ulong[] _points;
    private readonly int[] _owners;
    private readonly int[] _starts;
    private readonly int _shift;

    private HashRing(ulong[] points, int[] owners)
    {
        _points = points;
        _owners = owners;

        // one bucket for each point or two: a look-up begins within a step or two of its point
        int bits = Math.Max(1, BitOperations.Log2((uint)points.Length));
        _shift = 64 - bits;
        _starts = new int[1 << bits];
        int next = 0;
        for (int bucket = 0; bucket < _starts.Length; bucket++)
        {
            while (next < points.Length && points[next] >> _shift < (ulong)bucket)
            {
                next++;
            }

            _starts[bucket] = next;
        }
    }

    /// <summary>How many points there are.</summary>
    public int Count => _points.Length;

    /// <summary>A ring of targets, each with as many points as given for it.</summary>
    public static HashRing Of(ReadOnlySpan<ulong> seeds, ReadOnlySpan<int> counts)
    {
        int total = 0;
        foreach (int count in counts)
        {
            total += count;
        }

        var points = new ulong[total];
        var owners = new int[total];
        int next = 0;
        for (int target = 0; target < seeds.Length; target++)
        {
            for (int i = 0; i < counts[target]; i++, next++)
            {
                points[next] = StickyKey.Mix(seeds[target] + (ulong)i);
                owners[next] = target;
            }
        }

        Array.Sort(points, owners);
        return new HashRing(points, owners);
    }

    /// <summary>The first point at or after a hash.</summary>
    public int Find(ulong hash)
    {
        int point = _starts[hash >> _shift];
        while (point < _points.Length && _points[point] < hash)
        {
            point++;
        }

        return point == _points.Length ? 0 : point;
    }

    /// <summary>The point after the given one.</summary>
    public int After(int point) => point + 1 == _points.Length ? 0 : point + 1;

    /// <summary>Whose point it is.</summary>
    public int OwnerOf(int point) => _owners[point];
}
