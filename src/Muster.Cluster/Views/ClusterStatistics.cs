namespace Muster.Cluster;

/// <summary>Counts for metrics, since the start. Reading them takes no lock and may mix moments.</summary>
public sealed class ClusterStatistics
{
    /// <summary>Facts sent, counted for each peer.</summary>
    public long FactsSent { get; internal set; }

    /// <summary>Facts received.</summary>
    public long FactsReceived { get; internal set; }

    /// <summary>Facts received that were news.</summary>
    public long FactsApplied { get; internal set; }

    /// <summary>Facts received that could not be understood or were too large, and those too large to be sent.</summary>
    public long FactsRefused { get; internal set; }

    /// <summary>Expiries of peers that were answered with fresher evidence.</summary>
    public long Refutations { get; internal set; }

    /// <summary>Bytes handed to the transport, without its framing.</summary>
    public long BytesSent { get; internal set; }

    /// <summary>Bytes received, without the transport's framing.</summary>
    public long BytesReceived { get; internal set; }

    /// <summary>Bytes of forwarded renewals among those sent.</summary>
    public long RenewalBytesSent { get; internal set; }

    /// <summary>Renewals sent to their owners.</summary>
    public long RenewalsForwarded { get; internal set; }

    /// <summary>Renewals received for what this server owns.</summary>
    public long RenewalsReceived { get; internal set; }

    /// <summary>Renewals dropped because their owner was not in reach or too slow.</summary>
    public long RenewalsDropped { get; internal set; }

    /// <summary>Comparisons with a peer that were begun.</summary>
    public long RepairRounds { get; internal set; }

    /// <summary>Entries that comparisons found to differ.</summary>
    public long RepairedEntries { get; internal set; }

    /// <summary>Instances adopted.</summary>
    public long Adoptions { get; internal set; }

    /// <summary>Instances taken back.</summary>
    public long Reclaims { get; internal set; }

    /// <summary>Times that changes were dropped because the queue for a peer was full.</summary>
    public long QueueDrops { get; internal set; }

    /// <summary>Messages that made no sense.</summary>
    public long Malformed { get; internal set; }

    /// <summary>Messages of a kind that this version does not know.</summary>
    public long UnknownMessages { get; internal set; }

    /// <summary>Links that were refused.</summary>
    public long LinksRefused { get; internal set; }

    /// <summary>Alarms raised.</summary>
    public long Alarms { get; internal set; }
}
