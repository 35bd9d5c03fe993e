using System.Collections.Immutable;

namespace Muster.Client.Balancing;

/// <summary>Chooses the few of many targets that this process calls, so that all processes together use all alike.</summary>
/// <remarks>
/// The registered targets stand on a circle in the order of their hashes, and a process takes the first usable ones from
/// its own position on. When a target comes or goes, or fails and recovers, a process exchanges at most two. Positions are even when the
/// processes are numbered (the bits of the number reversed: 0, 1/2, 1/4, 3/4, ...), random when they are only named.
/// </remarks>
internal sealed class Subset(int size, double position)
{
    /// <summary>Where a process stands: by its number if it has one, else by its name.</summary>
    public static double PositionOf(string clientId, int? ordinal)
    {
        if (ordinal is not { } number)
        {
            return (StickyKey.Hash(clientId) >> 11) * Math.ScaleB(1, -53);
        }

        double position = 0;
        double digit = 0.5;
        for (uint rest = (uint)number; rest != 0; rest >>= 1, digit /= 2)
        {
            position += (rest & 1) * digit;
        }

        return position;
    }

    /// <summary>The chosen targets, in the order they were given.</summary>
    /// <param name="registered">All targets of the service.</param>
    /// <param name="usable">Those to choose from.</param>
    /// <param name="share">The part of the whole number to choose; at least one target is.</param>
    public ImmutableArray<WeightedTarget> Choose(IEnumerable<Target> registered, ImmutableArray<WeightedTarget> usable, double share)
    {
        int wanted = size == 0 ? int.MaxValue : Math.Max(1, (int)Math.Round(size * share));
        if (usable.Length <= wanted)
        {
            return usable;
        }

        Target[] circle = [.. registered.OrderBy(target => StickyKey.Of(target.Instance))];
        var candidates = usable.Select(target => target.Target).ToHashSet();
        var chosen = new HashSet<Target>(wanted);
        for (int i = (int)(position * circle.Length); chosen.Count < wanted; i++)
        {
            Target target = circle[i % circle.Length];
            if (candidates.Contains(target))
            {
                chosen.Add(target);
            }
        }

        return usable.RemoveAll(target => !chosen.Contains(target.Target));
    }
}
