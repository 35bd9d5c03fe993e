using Muster.Catalog;
using Muster.Model;

namespace Muster.Simulation.Cluster;

/// <summary>
/// What decides about an entry when servers merge: the registration's version (or the tombstone's), then the tenure, then
/// the version of each check's status.
/// </summary>
internal sealed class HeldState
{
    private readonly (string Id, EntryVersion Version)[] _statuses;

    private HeldState(EntryVersion version, Tenure tenure, (string, EntryVersion)[] statuses)
    {
        Version = version;
        Tenure = tenure;
        _statuses = statuses;
    }

    public EntryVersion Version { get; }

    public Tenure Tenure { get; }

    /// <summary>Null while the entry is there.</summary>
    public RemovalKind? Removed { get; private init; }

    /// <summary>The place in the journal of the change that led here.</summary>
    public long Sequence { get; init; }

    public static HeldState Of(Instance instance, long sequence)
    {
        var statuses = new (string, EntryVersion)[instance.Checks.Count];
        for (int i = 0; i < statuses.Length; i++)
        {
            statuses[i] = (instance.Checks[i].Definition.Id ?? "", instance.Checks[i].StatusVersion);
        }

        return new HeldState(instance.Version, instance.Tenure, statuses) { Sequence = sequence };
    }

    public static HeldState Gone(EntryVersion version, RemovalKind kind, long sequence) => new(version, default, []) { Removed = kind, Sequence = sequence };

    /// <summary>How this stands to what was before it: greater than 0 for newer, 0 for the same, less for older.</summary>
    public int StandsTo(HeldState before)
    {
        int order = Version.CompareTo(before.Version);
        order = order == 0 ? Tenure.CompareTo(before.Tenure) : order;
        if (order != 0)
        {
            return order;
        }

        for (int i = 0; i < _statuses.Length && i < before._statuses.Length; i++)
        {
            int each = _statuses[i].Version.CompareTo(before._statuses[i].Version);
            if (each < 0)
            {
                return each;
            }

            order = Math.Max(order, each);
        }

        return order;
    }

    public override string ToString() =>
        $"{(Removed is { } kind ? kind.ToString() : "present")} {Short(Version)} tenure {Tenure.Epoch}/{Tenure.Owner:x}"
        + string.Concat(_statuses.Select(status => $" [{status.Id} {Short(status.Version)}]"));

    private static string Short(EntryVersion version) => $"{version.Clock - ClusterRun.EpochMicroseconds}/{version.Origin:x}";
}
