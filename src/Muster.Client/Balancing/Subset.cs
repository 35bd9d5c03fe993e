using System.Collections.Immutable;

namespace Muster.Client.Balancing;

/// <summary>Chooses the few of many targets that this process calls, so that all processes together use all alike.</summary>
/// <remarks>
/// The targets stand on a circle in the order of their hashes, and a process takes those from its own position on. When a
/// target comes or goes, a process exchanges at most two. Positions are even when the processes are numbered (the bits of
/// the number reversed: 0, 1/2, 1/4, 3/4, ...), random when they are only named.
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
    /// <param name="targets">Those to choose from.</param>
    /// <param name="share">The part of the whole number to choose; at least one target is.</param>
    public ImmutableArray<WeightedTarget> Choose(ImmutableArray<WeightedTarget> targets, double share)
    {
        int wanted = size == 0 ? int.MaxValue : Math.Max(1, (int)Math.Round(size * share));
        if (targets.Length <= wanted)
        {
            return targets;
        }

        WeightedTarget[] circle = [.. targets.OrderBy(target => StickyKey.Of(target.Target.Instance))];
        int first = (int)(position * circle.Length);
        var chosen = new HashSet<Target>(wanted);
        for (int i = 0; i < wanted; i++)
        {
            chosen.Add(circle[(first + i) % circle.Length].Target);
        }

        return targets.RemoveAll(target => !chosen.Contains(target.Target));
    }
}
