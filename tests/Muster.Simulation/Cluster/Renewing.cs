namespace Muster.Simulation.Cluster;

/// <summary>How a client says that it is alive.</summary>
internal enum Renewing
{
    /// <summary>It renews a lease; without, it is removed.</summary>
    Lease,

    /// <summary>It passes a TTL check; without, it is critical.</summary>
    Ttl,

    /// <summary>Not at all: it is there until somebody says otherwise.</summary>
    Nothing,
}
