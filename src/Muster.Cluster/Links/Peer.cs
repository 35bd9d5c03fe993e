using Muster.Cluster.Membership;
using Muster.Cluster.Messages;
using Muster.Cluster.Repair;
using Muster.Cluster.Streams;

namespace Muster.Cluster.Links;

/// <summary>The other end of a link, and how far both are.</summary>
internal sealed class Peer(ILink link, Member member, bool dialed, int protocol, FactStream stream, TimeSpan now, DateTimeOffset time)
{
    internal ILink Link { get; } = link;

    internal Member Member { get; } = member;

    internal uint Origin => Member.Record.Origin;

    internal bool Dialed { get; } = dialed;

    internal int Protocol { get; } = protocol;

    /// <summary>The life of the peer that made the link; its record may know of a later one already.</summary>
    internal long Boot { get; init; }

    internal FactStream Stream { get; } = stream;

    internal TransportDelay Delay { get; } = new();

    internal TimeSpan ConnectedAt { get; } = now;

    internal DateTimeOffset ConnectedTime { get; } = time;

    /// <summary>When the last message came.</summary>
    internal TimeSpan HeardAt { get; set; } = now;

    internal TimeSpan? RoundTrip { get; set; }

    /// <summary>The peer's last ping, null before the first.</summary>
    internal PingMessage? LastPing { get; set; }

    internal bool? DigestEqual { get; set; }

    /// <summary>At how many pings in a row the digests differed.</summary>
    internal int UnequalPings { get; set; }

    /// <summary>This server's digest at the peer's last ping.</summary>
    internal ulong OwnDigestAtPing { get; set; }

    /// <summary>The last batch of facts merged, and whether the peer has not been told so yet.</summary>
    internal long BatchMerged { get; set; }

    internal bool OwesConfirmation { get; set; }

    internal long FactsReceived { get; set; }

    internal int Malformed { get; set; }

    /// <summary>The comparison under way, null for none.</summary>
    internal RepairRound? Round { get; set; }

    /// <summary>True when the last comparison broke off.</summary>
    internal bool RoundBroke { get; set; }

    /// <summary>Before that no other comparison is begun, so that other peers get their turn.</summary>
    internal TimeSpan NextRound { get; set; }

    /// <summary>
    /// What was sent because the peer's fact was older, since the last ping: once a second each, so that two servers that
    /// disagree on which is newer do not keep each other busy.
    /// </summary>
    internal HashSet<ulong> Corrected { get; } = [];
}
