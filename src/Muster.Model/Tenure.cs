namespace Muster.Model;

/// <summary>
/// Which server is responsible for an instance: it alone expires and probes it. Registration and adoption begin a new
/// tenure; of two, the greater counts.
/// </summary>
/// <param name="Epoch">Counts the tenures of one instance, from 1.</param>
/// <param name="Owner">The origin of the responsible server, as in <see cref="EntryVersion.Origin"/>; decides between equal epochs.</param>
public readonly record struct Tenure(uint Epoch, uint Owner) : IComparable<Tenure>
{
    /// <inheritdoc />
    public int CompareTo(Tenure other) =>
        Epoch != other.Epoch ? Epoch.CompareTo(other.Epoch) : Owner.CompareTo(other.Owner);

    /// <summary>True when <paramref name="left"/> is older.</summary>
    public static bool operator <(Tenure left, Tenure right) => left.CompareTo(right) < 0;

    /// <summary>True when <paramref name="left"/> is newer.</summary>
    public static bool operator >(Tenure left, Tenure right) => left.CompareTo(right) > 0;

    /// <summary>True when <paramref name="left"/> is older or the same.</summary>
    public static bool operator <=(Tenure left, Tenure right) => left.CompareTo(right) <= 0;

    /// <summary>True when <paramref name="left"/> is newer or the same.</summary>
    public static bool operator >=(Tenure left, Tenure right) => left.CompareTo(right) >= 0;
}
