namespace Muster.Catalog;

/// <summary>Counts for metrics. Reading them takes no lock and may mix moments.</summary>
public sealed class CatalogStatistics
{
    private long _renewals, _staleCalls;

    /// <summary>Instances now.</summary>
    public int Instances { get; internal set; }

    /// <summary>Services with at least one instance now.</summary>
    public int Services { get; internal set; }

    /// <summary>Nodes now.</summary>
    public int Nodes { get; internal set; }

    /// <summary>Running leases, TTLs and pending removals now.</summary>
    public int Deadlines { get; internal set; }

    /// <summary>Due expiries that wait for the rate limit now.</summary>
    public int ExpiryBacklog { get; internal set; }

    /// <summary>Tombstones now.</summary>
    public int Tombstones { get; internal set; }

    /// <summary>Transitions since the start.</summary>
    public long Changes { get; internal set; }

    /// <summary>Expired checks and leases since the start.</summary>
    public long Expiries { get; internal set; }

    /// <summary>Renewals (heartbeats that changed nothing) since the start.</summary>
    public long Renewals => Volatile.Read(ref _renewals);

    /// <summary>Calls refused since the start because they came from an earlier life of their instance.</summary>
    public long StaleCalls => Volatile.Read(ref _staleCalls);

    /// <summary>How long the server stood still in all since the start.</summary>
    public TimeSpan Paused { get; internal set; }

    /// <summary>How often the server stood still since the start.</summary>
    public int Pauses { get; internal set; }

    internal void CountStaleCall() => Interlocked.Increment(ref _staleCalls);

    internal void CountRenewal() => Interlocked.Increment(ref _renewals);
}
