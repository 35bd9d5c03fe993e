using Muster.Cluster.Tests.Net;

namespace Muster.Cluster.Tests;

/// <summary>What a peer sends is as untrusted as what a client sends: nothing of it throws, and only repeated nonsense ends its link.</summary>
public class HostilePeerTests
{
    private const int WholeMessageBytes = 300;

    [Fact]
    public void EveryTruncationAndBitFlip_OfRealMessages_HasADeclaredOutcome()
    {
        List<byte[]> samples = Record();
        (TestCluster cluster, RecordingLink link) = Victim(mostMalformed: int.MaxValue);
        var random = new Random(7);
        foreach (byte[] sample in samples)
        {
            for (int length = 0; length <= sample.Length; length += length < WholeMessageBytes ? 1 : 97)
            {
                cluster[0].Node.OnMessage(link, sample.AsSpan(0, length));
            }

            int flips = Math.Min(sample.Length, WholeMessageBytes) * 8;
            for (int i = 0; i < flips; i++)
            {
                int bit = sample.Length <= WholeMessageBytes ? i : random.Next(sample.Length * 8);
                byte[] flipped = [.. sample];
                flipped[bit / 8] ^= (byte)(1 << (bit % 8));
                cluster[0].Node.OnMessage(link, flipped);
                if (link.Closed is not null)
                {
                    // a clock too far ahead, or a goodbye: fair enough
                    link = Connect(cluster);
                }
            }

            cluster.Run(0.05);
        }

        Assert.True(cluster[0].View.Statistics.Malformed > 100);
        cluster[0].Register("web", "still-works");
        cluster.Run(1);
        Assert.True(cluster[0].Has("n1", "still-works"));
    }

    [Fact]
    public void RandomBytes_OfEachKind_DoNotThrow()
    {
        (TestCluster cluster, RecordingLink link) = Victim(mostMalformed: int.MaxValue);
        var random = new Random(3);
        var message = new byte[200];
        for (int i = 0; i < 60_000; i++)
        {
            random.NextBytes(message);
            message[0] = (byte)(i % 20);
            cluster[0].Node.OnMessage(link, message.AsSpan(0, random.Next(message.Length)));
            if (link.Closed is not null)
            {
                link = Connect(cluster);
            }
        }

        cluster.Run(1);
        Assert.InRange(cluster[0].View.Members.Length, 2, 128);
    }

    [Fact]
    public void RepeatedNonsense_EndsTheLinkWithAnAlarm()
    {
        (TestCluster cluster, RecordingLink link) = Victim(mostMalformed: 8);
        for (int i = 0; i < 7; i++)
        {
            cluster[0].Node.OnMessage(link, [1, 255]);
        }

        Assert.Null(link.Closed);
        cluster[0].Node.OnMessage(link, []);
        Assert.NotNull(link.Closed);
        cluster.Run(0.2);
        Assert.Equal("malformed", Assert.Single(cluster[0].View.Alarms).Kind);
    }

    [Fact]
    public void MessageThatThisServerFailsAt_IsAnAlarmAndCostsNoLink()
    {
        (TestCluster cluster, RecordingLink link) = Victim(mostMalformed: 2);
        for (int i = 0; i < 10; i++)
        {
            cluster[0].Node.OnMessageFailed(link, new InvalidOperationException("planted"));
        }

        cluster.Run(0.2);
        Assert.Null(link.Closed);
        ClusterAlarm alarm = Assert.Single(cluster[0].View.Alarms);
        Assert.Equal(("failed_message", "hostile"), (alarm.Kind, alarm.Peer));
        Assert.Contains("InvalidOperationException", alarm.Detail, StringComparison.Ordinal);
        Assert.Single(cluster[0].Log.Lines, line => line.Contains("failed_message", StringComparison.Ordinal));
    }

    [Fact]
    public void RoundsNobodyBegan_AreIgnored()
    {
        (TestCluster cluster, RecordingLink link) = Victim(mostMalformed: 8);
        foreach (byte[] sample in Record().Where(sample => sample[0] is 7 or 9 or 12))
        {
            int before = link.Sent.Count;
            cluster[0].Node.OnMessage(link, sample);
            Assert.Equal(before, link.Sent.Count);
        }

        Assert.Null(link.Closed);
    }

    private static (TestCluster Cluster, RecordingLink Link) Victim(int mostMalformed)
    {
        var cluster = new TestCluster(1, with: options => options with { MaxMalformed = mostMalformed });
        cluster[0].Node.Start();
        return (cluster, Connect(cluster));
    }

    private static RecordingLink Connect(TestCluster cluster)
    {
        var link = new RecordingLink();
        PeerHello hello = cluster[0].Node.Hello with { Origin = 4711, NodeId = "hostile", Name = "hostile", PeerAddress = "10.9.9.9:8301" };
        cluster[0].Node.OnConnected(link, hello, dialed: false);
        return link;
    }

    /// <summary>A few messages of every kind, as servers send them.</summary>
    private static List<byte[]> Record()
    {
        var samples = new List<byte[]>();
        var kinds = new Dictionary<byte, int>();
        var cluster = new TestCluster(3);
        cluster.Network.Alters = (_, message) =>
        {
            int seen = kinds[message[0]] = kinds.GetValueOrDefault(message[0]) + 1;
            if (seen <= 3)
            {
                samples.Add(message);
            }

            return message;
        };
        for (int i = 0; i < 20; i++)
        {
            cluster[0].Register($"s{i}", $"i{i}", ttl: 10);
        }

        foreach (TestServer server in cluster.Servers)
        {
            server.Node.Start();
        }

        cluster.Run(4);
        cluster[1].Register("web", "x", ttl: 10);
        cluster[1].Deregister("n1", "i3");
        cluster[2].Pass("n1", "i4");
        cluster.Run(3);
        Assert.Equal(13, kinds.Count); // all but the goodbye
        return samples;
    }
}
