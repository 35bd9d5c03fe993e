using Muster.Cluster.Tests.Net;

namespace Muster.Cluster.Tests;

/// <summary>A server that heard nobody for longer than traces of deregistrations are kept, in the ways in which that is easily overlooked.</summary>
public class AbsenceTests
{
    [Fact]
    public void WithoutAnyLinkSinceItsStart_BringsNothingBack()
    {
        TestCluster cluster = Cluster();
        long journal = cluster[2].Catalog.Replica.HighestClock;
        cluster[2].Kill();
        cluster.Network.Partition([cluster[0], cluster[1]], [cluster[2]]);
        cluster[2].Restart(options => options with { JournalClock = journal });
        cluster[2].Node.Start();
        cluster.Run(35);
        Assert.True(cluster[2].View.IsSynced);
        cluster[0].Deregister("n1", "gone");
        cluster.Pass(TimeSpan.FromMinutes(75));
        cluster.Network.Heal();
        AssertNothingCameBack(cluster);
    }

    [Fact]
    public void Stopped_BringsNothingBack()
    {
        TestCluster cluster = Cluster();
        cluster[2].Pause();
        cluster[0].Deregister("n1", "gone");
        cluster.Run(20);
        cluster.Pass(TimeSpan.FromMinutes(75));
        cluster[2].Resume();
        AssertNothingCameBack(cluster);
    }

    [Fact]
    public void SuspendedWithItsMachine_BringsNothingBack()
    {
        TestCluster cluster = Cluster();
        cluster[2].Pause();
        cluster[0].Deregister("n1", "gone");
        cluster.Run(20);
        cluster.Time.SetWallClock(cluster.Time.GetUtcNow().AddHours(2)); // the clock of timers stood still with the machine
        cluster.Run(70);
        cluster[2].Resume();
        AssertNothingCameBack(cluster);
    }

    [Fact]
    public void StoppedForAMoment_KeepsWhatItAloneKnows()
    {
        TestCluster cluster = Cluster();
        cluster.Network.Partition([cluster[0], cluster[1]], [cluster[2]]);
        cluster.Run(10);
        cluster[2].Catalog.RegisterNode(new Model.NodeDefinition { Name = "far", Address = "10.0.0.9", Datacenter = "dc1" });
        cluster[2].Register("web", "acknowledged", node: "far");
        cluster[2].Pause();
        cluster.Run(20);
        cluster[2].Resume();
        cluster.Network.Heal();
        cluster.RunUntil(() => cluster[2].View.InSight == 3 && cluster.IsInStep(), 10);
        Assert.All(cluster.Servers, server => Assert.True(server.Has("far", "acknowledged") && server.Has("n1", "gone")));
    }

    [Fact]
    public void Stopped_ThenHearingThatItsLinksEnded_IsNeverIsolated()
    {
        TestCluster cluster = Cluster();
        cluster[2].Pause();
        cluster.Run(20);
        cluster[2].Resume(); // what waited in the sockets comes before the first tick
        cluster.Run(3);
        Assert.Equal((3, 0), (cluster[2].View.InSight, cluster[2].Isolations));
    }

    [Fact]
    public void WithNobodyToCompareWith_TakesOverFromAServerThatIsForcedOut()
    {
        TestCluster cluster = TestCluster.Started(2);
        cluster[1].Register("web", "x", ttl: 10);
        cluster.Run(1);
        long journal = cluster[0].Catalog.Replica.HighestClock;
        MemberRecord[] known = [.. cluster[0].View.Members.Select(member => member.Record)];
        cluster[0].Kill();
        cluster[1].Kill();
        cluster.Time.Jump(TimeSpan.FromHours(2));
        cluster[0].Restart(options => options with { JournalClock = journal, KnownMembers = known });
        cluster[0].Node.Start();
        cluster.Run(35);
        Assert.True(cluster[0].View.IsSynced);
        Assert.Equal(cluster[1].Origin, cluster[0].Find("n2", "x")!.Tenure.Owner);
        Assert.True(cluster[0].Node.ForceLeave("n2", prune: false));
        cluster.Run(8);
        Assert.Equal(cluster[0].Origin, cluster[0].Find("n2", "x")!.Tenure.Owner);
    }

    private static TestCluster Cluster()
    {
        TestCluster cluster = TestCluster.Started(3);
        cluster[0].Register("web", "gone");
        cluster[2].Register("web", "own");
        cluster.Run(1);
        return cluster;
    }

    private static void AssertNothingCameBack(TestCluster cluster)
    {
        Assert.False(cluster[0].Has("n1", "gone"));
        Assert.True(cluster[2].Has("n1", "gone"));
        cluster.RunUntil(() => cluster[2].View.InSight == 3 && cluster.IsInStep(), 20);
        Assert.All(cluster.Servers, server => Assert.True(server.Has("n3", "own")));
        Assert.All(cluster.Servers, server => Assert.False(server.Has("n1", "gone")));
    }
}
