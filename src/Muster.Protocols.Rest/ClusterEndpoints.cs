using System.Globalization;
using System.Text.Json;
using Muster.Cluster;

namespace Muster.Protocols.Rest;

/// <summary><c>/api/v1/cluster</c>: the servers, as the one that answers sees them.</summary>
internal sealed class ClusterEndpoints(ICluster cluster)
{
    /// <summary><c>GET cluster</c></summary>
    public Task ReadAsync(RestCall call) => call.WriteReadAsync(json => Write(json, cluster.IsEnabled, cluster.View));

    private static void Write(Utf8JsonWriter json, bool isEnabled, ClusterView view)
    {
        json.WriteStartObject();
        json.WriteBoolean("enabled", isEnabled);
        json.WriteBoolean("synced", view.IsSynced);
        json.WriteString("syncDetail", view.SyncDetail);
        json.WriteBoolean("alone", view.IsAlone);
        json.WriteBoolean("majority", view.HasMajority);
        json.WriteNumber("inSight", view.InSight);
        json.WriteNumber("known", view.Known);
        json.WriteString("digest", view.RootDigest.ToString("x16", CultureInfo.InvariantCulture));
        json.WriteNumber("entries", view.Entries);
        json.WriteStartArray("members");
        foreach (MemberView member in view.Members)
        {
            Write(json, member);
        }

        json.WriteEndArray();
        json.WriteStartArray("alarms");
        foreach (ClusterAlarm alarm in view.Alarms)
        {
            json.WriteStartObject();
            json.WriteString("kind", alarm.Kind);
            json.WriteString("peer", alarm.Peer);
            json.WriteString("detail", alarm.Detail);
            json.WriteString("since", alarm.Since.UtcDateTime);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, MemberView member)
    {
        MemberRecord record = member.Record;
        json.WriteStartObject();
        json.WriteString("name", record.Name);
        json.WriteString("id", record.NodeId);
        json.WriteBoolean("self", member.IsSelf);
        json.WriteString("status", member.Status.ToText());
        json.WriteString("since", member.Since.UtcDateTime);
        json.WriteString("peerAddress", record.PeerAddress);
        json.WriteString("httpAddress", record.HttpAddress);
        json.WriteString("zone", record.Zone);
        json.WriteString("version", record.Version);
        if (!member.IsSelf)
        {
            WritePeer(json, member);
        }

        json.WriteEndObject();
    }

    private static void WritePeer(Utf8JsonWriter json, MemberView member)
    {
        json.WriteBoolean("connected", member.Peer is not null);
        if (member.LastContact is { } heard)
        {
            json.WriteString("lastContact", heard.UtcDateTime);
        }

        if (member.Problem.Length > 0)
        {
            json.WriteString("problem", member.Problem);
        }

        if (member.Peer is not { } peer)
        {
            return;
        }

        json.WriteNumber("lagMs", Math.Round(peer.Lag.TotalMilliseconds, 1));
        if (peer.RoundTrip is { } trip)
        {
            json.WriteNumber("roundTripMs", Math.Round(trip.TotalMilliseconds, 1));
        }

        if (peer.DigestEqual is { } isEqual)
        {
            json.WriteBoolean("digestEqual", isEqual);
        }

        json.WriteBoolean("synced", peer.IsSynced);
        json.WriteBoolean("repairing", peer.IsRepairing);
        json.WriteNumber("queue", peer.QueuedFacts);
        json.WriteNumber("queuedBytes", peer.QueuedBytes);
        json.WriteNumber("inFlight", peer.InFlight);
        json.WriteNumber("factsSent", peer.FactsSent);
        json.WriteNumber("factsReceived", peer.FactsReceived);
        json.WriteNumber("queueDrops", peer.QueueDrops);
        json.WriteString("connectedSince", peer.Since.UtcDateTime);
        json.WriteNumber("protocol", peer.Protocol);
    }
}
