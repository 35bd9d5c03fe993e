using Muster.Cluster.Messages;
using Muster.Cluster.Tests.Net;
using Muster.Model;

namespace Muster.Cluster.Tests;

/// <summary>Servers of this version beside one of a later version, which appends fields and says things unknown here.</summary>
public class UpgradeTests
{
    private static readonly byte[] s_more = [1, 2, 250];

    [Fact]
    public void FieldsOfALaterVersion_AreIgnored()
    {
        var cluster = new TestCluster(3);
        cluster.Network.Alters = (link, message) => link.Owner == cluster[2] ? AsOfALaterVersion(message) : message;
        foreach (TestServer server in cluster.Servers)
        {
            server.Node.Start();
        }

        for (int i = 0; i < 100; i++)
        {
            cluster[i % 3].Register("web", $"i{i}", ttl: 10);
            cluster.Run(0.05);
        }

        cluster.Run(5);
        cluster[0].Register("web", "renewed", ttl: 10);
        for (int second = 0; second < 30; second += 3)
        {
            cluster[2].Pass("n1", "renewed");
            cluster.Run(3);
        }

        Assert.True(cluster.IsInStep());
        Assert.All(cluster.Servers, server => Assert.Equal(HealthStatus.Passing, server.Find("n1", "renewed")!.Status));
        Assert.All(cluster.Servers, server => Assert.Equal((0, 0), (server.View.Statistics.Malformed, server.View.Statistics.FactsRefused)));
    }

    [Fact]
    public void UnknownKinds_AreCountedAndIgnored()
    {
        TestCluster cluster = TestCluster.Started(2);
        foreach (MemoryLink link in cluster.Network.Links)
        {
            link.TrySend([200, 1, 2, 3]);
            link.TrySend([255]);
        }

        cluster.Run(1);
        Assert.All(cluster.Servers, server => Assert.Equal((2, 0), (server.View.Statistics.UnknownMessages, server.View.Statistics.Malformed)));
        Assert.Equal(2, cluster.Network.Links.Count);
    }

    [Fact]
    public void UnknownFacts_AreCountedAndStopNothing()
    {
        TestCluster cluster = TestCluster.Started(2);
        var facts = new PackWriter();
        facts.Bytes([99, 1, 2, 3]);
        var message = new PackWriter();
        FactsMessage.Write(message, 1, 1, facts.Written);
        MemoryLink link = cluster.Network.Links.First(link => link.Owner == cluster[0]);
        link.TrySend(message.Written);
        cluster[0].Register("web", "x");
        cluster.Run(1);
        Assert.Equal(1, cluster[1].View.Statistics.FactsRefused);
        Assert.True(cluster[1].Has("n1", "x"));
        Assert.Equal(2, cluster.Network.Links.Count);
    }

    [Fact]
    public void MembersOfALaterVersion_ThatMakeNoSenseHere_DoNotHideTheOthers()
    {
        TestCluster cluster = TestCluster.Started(2);
        var message = new PackWriter();
        message.Byte((byte)MessageKind.Members);
        message.Number(2);
        foreach ((uint origin, Departure departure) in ((uint, Departure)[])[(71, (Departure)9), (72, Departure.None)])
        {
            var record = new PackWriter();
            MembersMessage.WriteRecord(record, new MemberRecord { Origin = origin, NodeId = $"id-{origin}", Name = $"n{origin}", PeerAddress = $"10.0.0.{origin}:8301", Incarnation = 1, Departure = departure });
            message.Bytes(record.Written);
        }

        cluster.Network.Links.First(link => link.Owner == cluster[0]).TrySend(message.Written);
        cluster.Run(1);
        Assert.Equal(["n1", "n2", "n72"], cluster[1].View.Members.Select(member => member.Record.Name));
        Assert.Equal(0, cluster[1].View.Statistics.Malformed);
    }

    private static byte[] AsOfALaterVersion(byte[] message)
    {
        var fields = new PackReader(message.AsSpan(1));
        if ((MessageKind)message[0] != MessageKind.Facts || !FactsMessage.TryRead(ref fields, out FactsMessage batch))
        {
            return [.. message, .. s_more];
        }

        var facts = new PackWriter();
        var each = new PackReader(batch.Facts);
        for (int i = 0; i < batch.Count; i++)
        {
            facts.Bytes([.. each.Bytes(), .. s_more]);
        }

        var longer = new PackWriter();
        FactsMessage.Write(longer, batch.Number, batch.Count, facts.Written);
        return [.. longer.Written, .. s_more];
    }
}
