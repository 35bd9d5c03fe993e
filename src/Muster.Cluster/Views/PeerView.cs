namespace Muster.Cluster;

/// <summary>The link to a peer.</summary>
public sealed record PeerView
{
    /// <summary>True when this server made it.</summary>
    public required bool Dialed { get; init; }

    /// <summary>Since when it is up.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>The protocol both speak.</summary>
    public required int Protocol { get; init; }

    /// <summary>The way there and back, null before the first answer.</summary>
    public TimeSpan? RoundTrip { get; init; }

    /// <summary>
    /// How far the peer is behind: the age of the oldest change that it has not confirmed, zero when it has confirmed all.
    /// </summary>
    public TimeSpan Lag { get; init; }

    /// <summary>
    /// How long the last confirmed batch took from its oldest change on this server to the peer's confirmation; null before the
    /// first.
    /// </summary>
    public TimeSpan? LastDelivery { get; init; }

    /// <summary>Whether both had the same entries at the peer's last ping; null before it.</summary>
    public bool? DigestEqual { get; init; }

    /// <summary>True when the peer is in step with the cluster.</summary>
    public bool IsSynced { get; init; }

    /// <summary>True while differences are looked for.</summary>
    public bool IsRepairing { get; init; }

    /// <summary>Changed entries that wait to be sent.</summary>
    public int QueuedFacts { get; init; }

    /// <summary>Bytes that wait in the transport.</summary>
    public long QueuedBytes { get; init; }

    /// <summary>Batches that were sent and are not confirmed.</summary>
    public int InFlight { get; init; }

    /// <summary>Facts sent to it over this link.</summary>
    public long FactsSent { get; init; }

    /// <summary>Facts received from it over this link.</summary>
    public long FactsReceived { get; init; }

    /// <summary>How often changes were dropped because the queue for it was full.</summary>
    public long QueueDrops { get; init; }

    /// <summary>Messages of it that made no sense.</summary>
    public int Malformed { get; init; }
}
