namespace Muster.Cluster;

/// <summary>What can be set about the cluster. Every limit is here, so that nothing grows without bound.</summary>
public sealed record ClusterOptions
{
    /// <summary>This server's node id, a UUID.</summary>
    public required string NodeId { get; init; }

    /// <summary>The name of this server's node.</summary>
    public required string Name { get; init; }

    /// <summary>The datacenter; servers of another are refused. Default <c>dc1</c>.</summary>
    public string Datacenter { get; init; } = "dc1";

    /// <summary>Where peers reach this server: <c>address:port</c>.</summary>
    public required string PeerAddress { get; init; }

    /// <summary>Where HTTP clients reach this server, empty for nowhere. Default empty.</summary>
    public string HttpAddress { get; init; } = "";

    /// <summary>This server's zone, empty for none. Default empty.</summary>
    public string Zone { get; init; } = "";

    /// <summary>The version of the software, for people. Default empty.</summary>
    public string Version { get; init; } = "";

    /// <summary>Grows with each boot: the wall clock at the start, in microseconds since 1970.</summary>
    public required long Boot { get; init; }

    /// <summary>Whom to ask for the others: <c>host</c> or <c>host:port</c>. They are dialed until somebody answers, and again whenever this server is alone. Default none.</summary>
    public IReadOnlyList<string> JoinTargets { get; init; } = [];

    /// <summary>The members that an earlier run knew; they are dialed too, and count for the majority. Default none.</summary>
    public IReadOnlyList<MemberRecord> KnownMembers { get; init; } = [];

    /// <summary>
    /// The newest stamp that this server's journal held before anything was added in this run, in microseconds since 1970; 0
    /// for an empty one. Default 0. A server that was away for longer than <see cref="TombstoneAge"/> drops what others own.
    /// </summary>
    public long JournalClock { get; init; }

    /// <summary>How many servers the cluster is meant to have at least: a majority is never reckoned from fewer. Default 1.</summary>
    public int ExpectedServers { get; init; } = 1;

    /// <summary>How long traces of deregistrations are kept, as the catalog has it. Default 1 h.</summary>
    public TimeSpan TombstoneAge { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The time between two batches of changes to a peer; the first after a silence goes at once. Default 10 ms.</summary>
    public TimeSpan FlushInterval { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>The time between two looks at each other. Default 1 s.</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The time between two batches of forwarded renewals. Default 1 s.</summary>
    public TimeSpan RenewalInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A member from which nothing is heard for this long, here or by another peer, has failed. Default 5 s.</summary>
    public TimeSpan FailedAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The instances of a member from which nothing is heard for this long are adopted. Default 10 s.</summary>
    public TimeSpan OwnerTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Without a majority in sight nothing is adopted for this long; then what is in sight goes on alone. Default 30 min, 0 for
    /// never.
    /// </summary>
    public TimeSpan IsolatedTimeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Members that failed or left are forgotten after this time. Default 72 h.</summary>
    public TimeSpan ReapAfter { get; init; } = TimeSpan.FromHours(72);

    /// <summary>A joining server that reaches nobody for this long is ready with what it has. Default 30 s.</summary>
    public TimeSpan SyncTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A server that is joined by servers as new as itself waits this long for one that is not. Default 2 s.</summary>
    public TimeSpan ColdStartGrace { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long links are up before a server takes back what is registered on its own node. Default 2 s.</summary>
    public TimeSpan ReclaimAfter { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often join targets are dialed again. Default 5 s.</summary>
    public TimeSpan RetryInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The most attempts at the join targets without any answer; 0 for no bound. Default 0.</summary>
    public int RetryMax { get; init; }

    /// <summary>How far a peer's clock may be ahead; others are refused. Default 60 s.</summary>
    public TimeSpan MaxClockLead { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The most changed entries that wait for one peer; over it they are dropped and found by comparison. Default 65,536.</summary>
    public int MaxDirtyPerPeer { get; init; } = 65_536;

    /// <summary>The most renewals that wait for one peer; the newest are dropped. Default 65,536.</summary>
    public int MaxRenewalsPerPeer { get; init; } = 65_536;

    /// <summary>The most instances adopted or taken back a second. Default 5000.</summary>
    public int AdoptionsPerSecond { get; init; } = 5000;

    /// <summary>The most members. Default 128; more are refused.</summary>
    public int MaxMembers { get; init; } = 128;

    /// <summary>A link is ended after this many messages that make no sense. Default 8.</summary>
    public int MaxMalformed { get; init; } = 8;
}
