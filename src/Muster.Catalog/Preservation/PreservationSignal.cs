namespace Muster.Catalog;

/// <summary>What is missed when a hold begins.</summary>
public enum PreservationSignal : byte
{
    /// <summary>Renewals of leases and of TTL checks. Their hold keeps what is silent from expiring.</summary>
    Heartbeats,

    /// <summary>Good results of active checks. Their hold keeps further ones from turning critical.</summary>
    Probes,

    /// <summary>The other servers. The hold keeps what belongs to them from expiring.</summary>
    Cluster,
}
