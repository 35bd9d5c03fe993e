namespace Muster.Catalog;

/// <summary>What can be set about the catalog. Every limit is here, so that nothing grows without bound.</summary>
public sealed record CatalogOptions
{
    /// <summary>The name of this server's own node.</summary>
    public required string NodeName { get; init; }

    /// <summary>The UUID of this server's own node.</summary>
    public required string NodeId { get; init; }

    /// <summary>The address of this server's own node. Default <c>127.0.0.1</c>.</summary>
    public string NodeAddress { get; init; } = "127.0.0.1";

    /// <summary>Metadata of this server's own node, keys unique. Default none.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> NodeMetadata { get; init; } = [];

    /// <summary>The datacenter. Default <c>dc1</c>.</summary>
    public string Datacenter { get; init; } = "dc1";

    /// <summary>The granularity of leases: nothing expires early, and at most two ticks late. Default 50 ms, 10 ms to 1 s.</summary>
    public TimeSpan Tick { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>A gap between two ticks longer than this is the server's own pause and is added to every lease. Default 500 ms, at least 2 ticks.</summary>
    public TimeSpan PauseThreshold { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The most expiries a second. Default 1000, 1 to 1,000,000. What is over waits, in random order.</summary>
    public int ExpiriesPerSecond { get; init; } = 1000;

    /// <summary>When expiry is held because too many fell silent at once.</summary>
    public PreservationOptions Preservation { get; init; } = new();

    /// <summary>
    /// How often the services of a node show another text of the node's own checks when nothing but that text changes.
    /// Default 5 s, from 0 (each at once). A change of status shows at once.
    /// </summary>
    public TimeSpan NodeOutputInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How often a probed check may recover within <see cref="FlapWindow"/>; more wait, a failure never does. Default 5,
    /// 0 (no bound) to 1000.
    /// </summary>
    public int FlapRecoveries { get; init; } = 5;

    /// <summary>The time in which a check earns back all its recoveries. Default 5 min, 10 s to 24 h.</summary>
    public TimeSpan FlapWindow { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The most instances. Default 1,000,000; more are refused.</summary>
    public int MaxInstances { get; init; } = 1_000_000;

    /// <summary>The most nodes. Default 100,000; more are refused.</summary>
    public int MaxNodes { get; init; } = 100_000;

    /// <summary>The most checks of one instance or node. Default 64; more are refused.</summary>
    public int MaxChecksPerOwner { get; init; } = 64;

    /// <summary>The most bytes of one instance's or node's definition, encoded. Default 64 KiB; larger ones are refused.</summary>
    public int MaxInstanceBytes { get; init; } = 64 * 1024;

    /// <summary>
    /// The most bytes of one check's definition, encoded. Default 16 KiB; larger ones are refused. With the other limits
    /// it bounds a journal record: <see cref="MaxInstanceBytes"/>, and for each check this and some 4 KiB of output.
    /// </summary>
    public int MaxCheckBytes { get; init; } = 16 * 1024;

    /// <summary>The most names without instances that are remembered, for their index, timeline and watchers. Default 10,000.</summary>
    public int MaxVacantServices { get; init; } = 10_000;

    /// <summary>The budget of encoded answers in bytes. Default 48 MiB, from 0 (keep none).</summary>
    public long AnswerCacheBytes { get; init; } = 48 * 1024 * 1024;

    /// <summary>How many events each service's timeline keeps. Default 64, 1 to 10,000.</summary>
    public int TimelineEvents { get; init; } = 64;

    /// <summary>How many instances that left are remembered by service, with the cause, for <see cref="TombstoneAge"/>; the oldest go first. Default 65,536.</summary>
    public int MaxRemovals { get; init; } = 65_536;

    /// <summary>How long the trace of a deregistration is kept. Default 1 h, 10 min to 72 h.</summary>
    public TimeSpan TombstoneAge { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long removals are remembered while a known server is away. Default 72 h, as long as a server that failed is a member.</summary>
    public TimeSpan MaxTombstoneAge { get; init; } = TimeSpan.FromHours(72);

    /// <summary>
    /// Whether other servers hold the same entries: then there are keys and digests of them all, and only the server that
    /// is responsible for an instance expires it. Default false: this server is responsible for everything.
    /// </summary>
    public bool Replicated { get; init; }

    /// <summary>
    /// What the keys of entries are hashed with; the same on all servers, and better known to nobody else. Default 0.
    /// </summary>
    public ulong KeySeed { get; init; }

    /// <summary>What is stamped with a clock further ahead of this server's than this is not taken. Default 60 s.</summary>
    public TimeSpan MaxClockLead { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The most tombstones; the oldest go first. Default 1,000,000.</summary>
    public int MaxTombstones { get; init; } = 1_000_000;

    /// <summary>
    /// How long a server may be silent before others take over what it owns; only the staleness budget reads it. Default
    /// zero: there are no other servers.
    /// </summary>
    public TimeSpan OwnerTimeout { get; init; }
}
