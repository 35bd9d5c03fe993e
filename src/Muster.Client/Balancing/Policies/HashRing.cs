using System.Numerics;

namespace Muster.Client.Balancing.Policies;

/// <summary>
/// Points of targets on a ring of 64-bit hashes. A target has points in proportion to its weight, at places that depend on
/// nothing but its node and id: when a target goes, only its keys move, and when one comes, keys move only to it.
/// </summary>
internal sealed class HashRing
{
    private readonly ulong[] _seeds;
    private readonly int[] _counts;
    private readonly ulong[] _points;
    private readonly int[] _owners;
    private readonly int[] _starts;
    private readonly int _shift;

    private HashRing(ulong[] seeds, int[] counts, ulong[] points, int[] owners)
    {
        _seeds = seeds;
        _counts = counts;
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

    /// <summary>A ring of targets.</summary>
    /// <param name="seeds">What each target's places depend on; different for each.</param>
    /// <param name="counts">How many points each gets, at least one.</param>
    /// <param name="previous">An earlier ring: what did not change is taken over from it, for sorting all points anew takes long.</param>
    public static HashRing Of(ulong[] seeds, int[] counts, HashRing? previous = null)
    {
        if (previous is not null && previous._seeds.AsSpan().SequenceEqual(seeds) && previous._counts.AsSpan().SequenceEqual(counts))
        {
            return previous;
        }

        bool[] isKept = new bool[seeds.Length];
        int[] keptAs = previous is null ? [] : previous.MatchTo(seeds, counts, isKept);
        var points = new ulong[counts.Sum()];
        var owners = new int[points.Length];
        (ulong[] newPoints, int[] newOwners) = SortedPoints(seeds, counts, isKept);
        int written = 0;
        int added = 0;
        for (int i = 0; i < (previous?.Count ?? 0); i++)
        {
            int owner = keptAs[previous!._owners[i]];
            if (owner >= 0)
            {
                for (; added < newPoints.Length && newPoints[added] < previous._points[i]; added++, written++)
                {
                    (points[written], owners[written]) = (newPoints[added], newOwners[added]);
                }

                (points[written], owners[written]) = (previous._points[i], owner);
                written++;
            }
        }

        newPoints.AsSpan(added).CopyTo(points.AsSpan(written));
        newOwners.AsSpan(added).CopyTo(owners.AsSpan(written));
        return new HashRing(seeds, counts, points, owners);
    }

    /// <summary>How many points there are.</summary>
    public int Count => _points.Length;

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

    /// <summary>The points of targets that are not kept.</summary>
    private static (ulong[] Points, int[] Owners) SortedPoints(ulong[] seeds, int[] counts, bool[] isKept)
    {
        int total = 0;
        for (int target = 0; target < seeds.Length; target++)
        {
            total += isKept[target] ? 0 : counts[target];
        }

        var points = new ulong[total];
        var owners = new int[total];
        int next = 0;
        for (int target = 0; target < seeds.Length; target++)
        {
            for (int i = 0; !isKept[target] && i < counts[target]; i++, next++)
            {
                points[next] = StickyKey.Mix(seeds[target] + (ulong)i);
                owners[next] = target;
            }
        }

        Array.Sort(points, owners);
        return (points, owners);
    }

    /// <summary>For each target of this ring its index in another one where it has the same points, or -1. Marks those in the other.</summary>
    private int[] MatchTo(ulong[] seeds, int[] counts, bool[] isKept)
    {
        var indexes = new Dictionary<ulong, int>(seeds.Length);
        for (int i = 0; i < seeds.Length; i++)
        {
            indexes.TryAdd(seeds[i], i);
        }

        var keptAs = new int[_seeds.Length];
        for (int i = 0; i < keptAs.Length; i++)
        {
            keptAs[i] = indexes.Remove(_seeds[i], out int index) && counts[index] == _counts[i] ? index : -1;
            if (keptAs[i] >= 0)
            {
                isKept[index] = true;
            }
        }

        return keptAs;
    }
}
