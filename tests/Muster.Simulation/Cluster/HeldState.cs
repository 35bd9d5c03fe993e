using Muster.Catalog;
using Muster.Model;

namespace Muster.Simulation.Cluster;

/// <summary>
/// What decides about an entry when servers merge: the registration's version (or the removal's), then the tenure, then whether it
/// expired in that, then the version of each check's status.
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

    /// <summary>The version of the registration, also of one that expired; of a removal that somebody asked for, its own.</summary>
    public EntryVersion Version { get; }

    public Tenure Tenure { get; }

    /// <summary>The version of the removal itself, none while the entry is there.</summary>
    public EntryVersion Removal { get; private init; }

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

    public static HeldState Gone(Tombstone tombstone, long sequence)
    {
        bool isExpiry = tombstone.Kind == RemovalKind.Expired;
        return new HeldState(isExpiry ? tombstone.Ended.Version : tombstone.Version, tombstone.Ended.Tenure, [])
        {
            Removed = tombstone.Kind, Removal = tombstone.Version, Sequence = sequence,
        };
    }

    /// <summary>How this stands to what was before it: greater than 0 for newer, 0 for the same, less for older.</summary>
    public int StandsTo(HeldState before)
    {
        int order = Version.CompareTo(before.Version);
        order = order == 0 ? Tenure.CompareTo(before.Tenure) : order;
        order = order == 0 ? Removal.CompareTo(before.Removal) : order;
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
        $"{(Removed is { } kind ? kind.ToString() : "present")} {Short(Version)}{(Removed is null ? "" : $" removed {Short(Removal)}")} tenure {Tenure.Epoch}/{Tenure.Owner:x}"
        + string.Concat(_statuses.Select(status => $" [{status.Id} {Short(status.Version)}]"));

    private static string Short(EntryVersion version) => $"{version.Clock - ClusterRun.EpochMicroseconds}/{version.Origin:x}";
}
