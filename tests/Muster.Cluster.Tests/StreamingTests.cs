using Muster.Catalog;
using Muster.Cluster.Tests.Net;
using Muster.Model;

namespace Muster.Cluster.Tests;

public class StreamingTests
{
    [Fact]
    public void Change_AfterASilence_IsEverywhereInOneFlush()
    {
        TestCluster cluster = TestCluster.Started(3);
        int wakes = cluster[0].Wakes;
        cluster[0].Register("web", "web-1", ttl: 30);
        Assert.Equal(wakes + 1, cluster[0].Wakes);
        Assert.True(cluster[0].Node.HasWork);
        cluster[0].Node.Tick();
        cluster.Time.Advance(cluster.Network.Delay);
        cluster.Network.Run();
        Assert.All(cluster.Servers, server => Assert.True(server.Has("n1", "web-1")));
        Assert.True(cluster.IsInStep());
    }

    [Fact]
    public void Changes_OfOneEntry_AreOneFact()
    {
        TestCluster cluster = TestCluster.Started(2);
        cluster[0].Register("web", "web-1");
        cluster[0].Node.Tick();
        long before = cluster[0].View.Statistics.FactsSent;
        for (int port = 1; port <= 100; port++)
        {
            cluster[0].Register("web", "web-1", port: port);
        }

        cluster.Run(0.1);
        Assert.Equal(before + 1, cluster[0].View.Statistics.FactsSent);
        Assert.Equal(100, cluster[1].Find("n1", "web-1")!.Data.Port);
    }

    [Fact]
    public void Merged_Changes_AreToldToNobodyElse()
    {
        TestCluster cluster = TestCluster.Started(4);
        long[] sent = [.. cluster.Servers.Select(server => server.View.Statistics.FactsSent)];
        cluster[0].Register("web", "web-1");
        cluster.Run(3);
        Assert.Equal(sent[0] + 3, cluster[0].View.Statistics.FactsSent);
        Assert.Equal(sent[1..], cluster.Servers.Skip(1).Select(server => server.View.Statistics.FactsSent));
    }

    [Fact]
    public void Deregistration_OnAnotherServer_IsEverywhere()
    {
        TestCluster cluster = TestCluster.Started(3);
        cluster[0].Register("web", "web-1");
        cluster.Run(0.1);
        cluster[1].Deregister("n1", "web-1");
        cluster.Run(0.1);
        Assert.All(cluster.Servers, server => Assert.False(server.Has("n1", "web-1")));
        Assert.True(cluster.IsInStep());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Links_ThatBreakAtAnyMessage_ConvergeAll(int seed)
    {
        TestCluster cluster = TestCluster.Started(3, seed);
        var random = new Random(seed);
        cluster.Network.Breaks = (_, _) => random.NextDouble() < 0.05;
        for (int i = 0; i < 600; i++)
        {
            TestServer server = cluster[random.Next(3)];
            if (random.Next(3) > 0)
            {
                server.Register($"s{i % 7}", $"i{i % 100}", port: i + 1);
            }
            else
            {
                server.Deregister($"n{random.Next(1, 4)}", $"i{random.Next(100)}");
            }

            cluster.Run(0.02);
        }

        cluster.Network.Breaks = null;
        cluster.RunUntil(() => cluster.IsInStep(), 10);
    }

    [Fact]
    public void SlowPeer_NeitherHoldsUpOthersNorTakesMemory()
    {
        TestCluster cluster = TestCluster.Started(3, with: options => options with { MaxDirtyPerPeer = 1000, FailedAfter = TimeSpan.FromSeconds(60) });
        cluster.Network.LinkCapacity = 64 * 1024;
        cluster.Network.Block(cluster[0], cluster[2]);
        for (int i = 0; i < 5000; i++)
        {
            cluster[0].Register("web", $"i{i}");
            if (i % 50 == 0)
            {
                cluster.Run(0.02);
            }
        }

        cluster.Run(0.2);
        Assert.Equal(cluster[0].Catalog.Replica.RootDigest, cluster[1].Catalog.Replica.RootDigest);
        PeerView slow = cluster[0].View.Members.Single(member => member.Record.Name == "n3").Peer!;
        Assert.True(slow.QueuedFacts <= 1000);
        Assert.True(slow.QueueDrops > 0);
        Assert.All(cluster.Network.Links, link => Assert.True(link.MostQueued <= 64 * 1024));
        cluster.Run(3);
        Assert.True(cluster[0].View.Members.Single(member => member.Record.Name == "n3").Peer!.Lag > TimeSpan.FromSeconds(2));
        cluster.Network.Heal();
        cluster.RunUntil(() => cluster.IsInStep(), 10);
        cluster.Run(2);
        Assert.True(cluster[0].View.Members.Single(member => member.Record.Name == "n3").Peer!.Lag < TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void JoinOfAHundredTimesWhatMayWait_IsDoneInPieces()
    {
        TestCluster cluster = TestCluster.Started(2, with: options => options with { MaxDirtyPerPeer = 100 });
        cluster.Network.Partition([cluster[0]], [cluster[1]]);
        for (int i = 0; i < 3000; i++)
        {
            cluster[i % 2].Register("web", $"i{i}");
        }

        cluster.Run(10);
        cluster.Network.Heal();
        cluster.RunUntil(() => cluster.IsInStep(), 120);
    }

    [Fact]
    public void PausedServer_ContinuesWithoutBlamingOthers()
    {
        TestCluster cluster = TestCluster.Started(3);
        cluster[2].Pause();
        cluster[0].Register("web", "meanwhile");
        cluster.Run(30);
        Assert.Equal(MemberStatus.Failed, cluster[0].StatusOf(cluster[2]));
        cluster[2].Resume();
        cluster[2].Node.Tick();
        Assert.Equal(MemberStatus.Alive, cluster[2].StatusOf(cluster[0]));
        cluster.RunUntil(() => cluster.IsInStep() && cluster[2].View.InSight == 3, 8);
        Assert.Equal(0, cluster[2].View.Statistics.Adoptions);
    }

    [Fact]
    public void PausedServer_HeardOthersBeforeItsFirstTick_PingsWhatItKnows()
    {
        TestCluster cluster = TestCluster.Started(3);
        cluster[2].Pause();
        cluster.Run(4);
        cluster[2].Resume(); // what waited in the sockets comes first
        cluster.Run(2); // a sighting of times to come could not be written
        Assert.True(cluster.IsInStep());
        Assert.Equal(3, cluster[2].View.InSight);
    }

    [Fact]
    public void EntryTooLargeForAFrame_FromBeforeThereWerePeers_IsNotSentAndNamedByAnAlarm()
    {
        var cluster = new TestCluster(2);
        CatalogOptions options = cluster[0].Catalog.Options with { Replicated = false };
        var lone = new Catalog.Catalog(options, cluster.Time, new Random(1), NoChangeLog.Instance, new TestServer.InlineWakes());
        lone.AnnounceSelf("1.0", 8300);
        CheckDefinition[] checks = [.. Enumerable.Range(0, 64).Select(i => new CheckDefinition
        {
            Id = $"c{i}", Name = "page", Kind = CheckKind.Http, Interval = TimeSpan.FromSeconds(10), Http = new HttpProbe("http://10.1.0.1/") { Body = new string('x', 16_200) },
        })];
        Assert.True(lone.Register("n1", new InstanceDefinition { Service = "web", Id = "huge", Address = "10.1.0.1", Port = 80 }, checks, false, "test").Ok);

        cluster[0].Restart(lone.Export(static () => { }));
        cluster[0].Node.Start();
        cluster[1].Node.Start();
        cluster.RunUntil(() => cluster[0].View.InSight == 2, 5);
        Assert.True(cluster[0].Has("n1", "huge"));
        cluster[0].Register("web", "small");
        cluster.Run(3);
        Assert.Equal((false, true), (cluster[1].Has("n1", "huge"), cluster[1].Has("n1", "small")));
        Assert.Equal("too_large", Assert.Single(cluster[0].View.Alarms).Kind);
        Assert.Equal(2, cluster.Network.Links.Count);
    }
}
