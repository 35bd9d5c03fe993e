using System.Diagnostics.Metrics;
using Muster.Cluster;
using Muster.Cluster.Sockets;
using Muster.Server.Hosting.Clustering;

namespace Muster.Server.Telemetry;

/// <summary>How the servers fare, and what passes between them.</summary>
internal static class ClusterMetrics
{
    /// <summary>Adds the instruments to a meter.</summary>
    public static void Add(Meter meter, ClusterHost cluster)
    {
        AddMembers(meter, cluster);
        AddReplication(meter, cluster);
        meter.CreateObservableCounter("muster.cluster.adoptions", () => Counts(cluster).Adoptions, "{instance}", "Instances taken over from servers that are gone");
        meter.CreateObservableCounter("muster.cluster.reclaims", () => Counts(cluster).Reclaims, "{instance}", "Instances taken back from those who had taken them over");
        meter.CreateObservableCounter("muster.cluster.refutations", () => Counts(cluster).Refutations, "{expiry}", "Expiries of other servers that fresher evidence undid");
        meter.CreateObservableCounter("muster.cluster.refused", () => Refused(cluster), "{connection}", "Connections to the peer port that were not let in, by reason");
        meter.CreateObservableGauge("muster.cluster.alarms", () => cluster.View.Alarms.Length, "{alarm}", "What an operator should look at now");
    }

    private static void AddMembers(Meter meter, ClusterHost cluster)
    {
        meter.CreateObservableGauge("muster.cluster.members", () => Members(cluster.View), "{server}", "Servers, by status");
        meter.CreateObservableGauge("muster.cluster.peers.connected", () => cluster.View.Members.Count(static member => member.Peer is not null), "{server}", "Servers there is a link to");
        meter.CreateObservableGauge("muster.cluster.alone", () => cluster.View.IsAlone ? 1 : 0, null, "1 while there are other servers and none is in sight");
        meter.CreateObservableGauge("muster.cluster.majority", () => cluster.View.HasMajority ? 1 : 0, null, "1 while more than half of the servers are in sight");
        meter.CreateObservableGauge("muster.cluster.synced", () => cluster.View.IsSynced ? 1 : 0, null, "1 once this server has what the others have");
    }

    private static void AddReplication(Meter meter, ClusterHost cluster)
    {
        meter.CreateObservableGauge("muster.cluster.replication.lag", () => OfPeers(cluster, static peer => peer.Lag.TotalSeconds), "s", "Age of the oldest change that a server has not confirmed");
        meter.CreateObservableGauge("muster.cluster.replication.queue", () => OfPeers(cluster, static peer => peer.QueuedFacts), "{change}", "Changes that wait to be sent to a server");
        meter.CreateObservableGauge("muster.cluster.replication.equal", () => OfPeers(cluster, static peer => peer.DigestEqual == true ? 1 : 0), null, "1 while a server holds the same as this one");
        meter.CreateObservableCounter("muster.cluster.replication.bytes", () => Two(cluster.Counters.SentBytes, cluster.Counters.ReceivedBytes), "By", "Bytes between this server and all others");
        meter.CreateObservableCounter("muster.cluster.replication.facts", () => Two(Counts(cluster).FactsSent, Counts(cluster).FactsReceived), "{change}", "Changes between this server and all others");
        meter.CreateObservableCounter("muster.cluster.replication.queue_drops", () => Counts(cluster).QueueDrops, "{drop}", "Times a queue was full and left to the comparison");
        meter.CreateObservableCounter("muster.cluster.renewals.forwarded", () => Counts(cluster).RenewalsForwarded, "{renewal}", "Heartbeats told to the servers that wait for them");
        meter.CreateObservableCounter("muster.cluster.renewals.dropped", () => Counts(cluster).RenewalsDropped, "{renewal}", "Heartbeats that could not be told");
        meter.CreateObservableCounter("muster.cluster.antientropy.rounds", () => Counts(cluster).RepairRounds, "{round}", "Comparisons with another server because the digests differed");
        meter.CreateObservableCounter("muster.cluster.antientropy.entries", () => Counts(cluster).RepairedEntries, "{entry}", "Differences that they found");
    }

    private static ClusterStatistics Counts(ClusterHost cluster) => cluster.View.Statistics;

    private static IEnumerable<Measurement<int>> Members(ClusterView view) =>
        Enum.GetValues<MemberStatus>().Select(status => new Measurement<int>(
            view.Members.Count(member => member.Status == status), Tag("status", status.ToText())));

    private static IEnumerable<Measurement<double>> OfPeers(ClusterHost cluster, Func<PeerView, double> figure) =>
        from member in cluster.View.Members
        let peer = member.Peer
        where peer is not null
        select new Measurement<double>(figure(peer), Tag("peer", member.Record.Name));

    private static IEnumerable<Measurement<long>> Two(long sent, long received) =>
        [new(sent, Tag("direction", "sent")), new(received, Tag("direction", "received"))];

    private static IEnumerable<Measurement<long>> Refused(ClusterHost cluster) =>
        from reason in Enum.GetValues<HandshakeFailure>()
        let count = reason == HandshakeFailure.None ? Counts(cluster).LinksRefused : cluster.Counters.Refused(reason)
        where count > 0
        select new Measurement<long>(count, Tag("reason", reason == HandshakeFailure.None ? "protocol_or_clock" : reason.ToString().ToLowerInvariant()));

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
