using System.Collections.Immutable;

namespace Muster.Cluster;

/// <summary>The cluster as this server sees it. Immutable; renewed whenever a member comes or goes, and once a second.</summary>
public sealed record ClusterView
{
    /// <summary>All members, this server too, by name.</summary>
    public ImmutableArray<MemberView> Members { get; init; } = [];

    /// <summary>What an operator must know.</summary>
    public ImmutableArray<ClusterAlarm> Alarms { get; init; } = [];

    /// <summary>True once this server has what the cluster has (or has given up waiting for somebody to get it from).</summary>
    public bool IsSynced { get; init; }

    /// <summary>What it waits for, or how it came to be synced.</summary>
    public string SyncDetail { get; init; } = "";

    /// <summary>True when there are other members, and none of them is in sight.</summary>
    public bool IsAlone { get; init; }

    /// <summary>True when more than half of the members are in sight, this one included.</summary>
    public bool HasMajority { get; init; } = true;

    /// <summary>How many members are in sight, this one included.</summary>
    public int InSight { get; init; } = 1;

    /// <summary>How many members there are that have not left, this one included.</summary>
    public int Known { get; init; } = 1;

    /// <summary>True once <see cref="ClusterNode.Leave"/> is done: everything is handed over, and the process may stop.</summary>
    public bool HasLeft { get; init; }

    /// <summary>The digest of all entries at the last look.</summary>
    public ulong RootDigest { get; init; }

    /// <summary>How many entries there were, tombstones too.</summary>
    public int Entries { get; init; }

    /// <summary>The counters, which are live.</summary>
    public required ClusterStatistics Statistics { get; init; }
}
