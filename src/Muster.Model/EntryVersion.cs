namespace Muster.Model;

/// <summary>
/// The version of a catalog entry: a hybrid logical clock. Of two versions of one entry the greater wins, wherever and
/// whenever they arrive, so merging is commutative, associative and idempotent.
/// </summary>
/// <param name="Clock">Microseconds since 1970, pushed forward so that it always grows on a node and never falls behind what it has seen.</param>
/// <param name="Origin">The node that wrote it, as a tie-break.</param>
public readonly record struct EntryVersion(long Clock, uint Origin) : IComparable<EntryVersion>
{
    /// <inheritdoc />
    public int CompareTo(EntryVersion other) =>
        Clock != other.Clock ? Clock.CompareTo(other.Clock) : Origin.CompareTo(other.Origin);

    /// <summary>True when <paramref name="left"/> is older.</summary>
    public static bool operator <(EntryVersion left, EntryVersion right) => left.CompareTo(right) < 0;

    /// <summary>True when <paramref name="left"/> is newer.</summary>
    public static bool operator >(EntryVersion left, EntryVersion right) => left.CompareTo(right) > 0;

    /// <summary>True when <paramref name="left"/> is older or the same.</summary>
    public static bool operator <=(EntryVersion left, EntryVersion right) => left.CompareTo(right) <= 0;

    /// <summary>True when <paramref name="left"/> is newer or the same.</summary>
    public static bool operator >=(EntryVersion left, EntryVersion right) => left.CompareTo(right) >= 0;
}
