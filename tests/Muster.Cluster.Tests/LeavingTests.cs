using Muster.Cluster.Tests.Net;
using Muster.Model;

namespace Muster.Cluster.Tests;

public class LeavingTests
{
    [Fact]
    public void Leave_HandsOverAtOnceAndCountsNoMore()
    {
        TestCluster cluster = TestCluster.Started(3);
        cluster[2].Register("web", "x", ttl: 30);
        cluster[2].Node.Leave();
        cluster.RunUntil(() => cluster[2].View.HasLeft, 1);
        Assert.True(cluster[0].Has("n3", "x"));
        cluster[2].Kill();
        cluster.Run(2);
        Assert.All(cluster.Servers.Take(2), server =>
        {
            Assert.Equal(MemberStatus.Left, server.StatusOf(cluster[2]));
            Assert.Equal((2, 2), (server.View.InSight, server.View.Known));
            Assert.NotEqual(cluster[2].Origin, server.Find("n3", "x")!.Tenure.Owner);
            Assert.False(server.Has("n3", "consul"));
        });
        Assert.True(cluster.IsInStep());
    }

    [Fact]
    public void Leave_WithAPeerThatTakesNothing_EndsInTime()
    {
        TestCluster cluster = TestCluster.Started(3);
        cluster.Network.Block(cluster[2], cluster[0]);
        cluster[2].Register("web", "x");
        cluster[2].Node.Leave();
        Assert.Equal(MemberStatus.Leaving, cluster[2].StatusOf(cluster[2]));
        cluster.RunUntil(() => cluster[2].View.HasLeft, 5.5);
        Assert.Equal(MemberStatus.Left, cluster[1].StatusOf(cluster[2]));
        Assert.True(cluster[1].Has("n3", "x"));
    }

    [Fact]
    public void Leave_ThenStartAgain_IsAMemberAgain()
    {
        TestCluster cluster = TestCluster.Started(3);
        cluster[2].Node.Leave();
        cluster.RunUntil(() => cluster[2].View.HasLeft, 1);
        cluster[2].Kill();
        cluster.Run(3);
        cluster[2].Boot();
        cluster[2].Node.Start();
        cluster.Run(5);
        Assert.All(cluster.Servers, server => Assert.Equal(3, server.View.InSight));
        Assert.All(cluster.Servers, server => Assert.Equal(MemberStatus.Alive, server.StatusOf(cluster[2])));
        Assert.All(cluster.Servers, server => Assert.True(server.Has("n3", "consul")));
        Assert.True(cluster.IsInStep());
    }

    [Fact]
    public void ForceLeave_OfAFailedMember_LetsTheRestHaveAMajority()
    {
        TestCluster cluster = TestCluster.Started(4);
        cluster[3].Register("web", "x", ttl: 60);
        cluster.Run(1);
        cluster[2].Kill();
        cluster[3].Kill();
        cluster.Run(20);
        Assert.False(cluster[0].View.HasMajority);
        Assert.Equal(cluster[3].Origin, cluster[0].Find("n4", "x")!.Tenure.Owner);
        Assert.False(cluster[0].Node.ForceLeave("nobody", prune: false));
        Assert.True(cluster[0].Node.ForceLeave("N4", prune: false));
        cluster.Run(2);
        Assert.All(cluster.Servers.Take(2), server => Assert.True(server.View.HasMajority));
        Assert.All(cluster.Servers.Take(2), server => Assert.Equal(MemberStatus.Left, server.StatusOf(cluster[3])));
        Assert.NotEqual(cluster[3].Origin, cluster[0].Find("n4", "x")!.Tenure.Owner);
    }

    [Fact]
    public void ForceLeave_WithPrune_TakesItOffTheList()
    {
        TestCluster cluster = TestCluster.Started(3);
        cluster[2].Kill();
        cluster.Run(8);
        Assert.True(cluster[1].Node.ForceLeave("n3", prune: true));
        cluster.Run(1);
        Assert.All(cluster.Servers.Take(2), server => Assert.Null(server.StatusOf(cluster[2])));
    }

    [Fact]
    public void ForceLeave_OfALiveMember_IsRefuted()
    {
        TestCluster cluster = TestCluster.Started(3);
        cluster[2].Register("web", "x", ttl: 30);
        cluster.Run(1);
        Assert.True(cluster[0].Node.ForceLeave("n3", prune: false));
        cluster.Run(1);
        Assert.All(cluster.Servers, server => Assert.Equal(MemberStatus.Alive, server.StatusOf(cluster[2])));
        Assert.All(cluster.Servers, server => Assert.Equal(cluster[2].Origin, server.Find("n3", "x")!.Tenure.Owner));
        Assert.All(cluster.Servers, server => Assert.True(server.Has("n3", "consul")));
        Assert.Equal(0, cluster[0].View.Statistics.Adoptions + cluster[1].View.Statistics.Adoptions);
    }

    [Fact]
    public void Restart_WithAClockThatWentBack_IsStillAMember()
    {
        TestCluster cluster = TestCluster.Started(3);
        cluster[2].Kill();
        cluster.Run(6);
        cluster[0].Node.ForceLeave("n3", prune: false);
        cluster.Run(1);
        cluster[2].Skew = TimeSpan.FromSeconds(-30);
        cluster[2].Boot();
        cluster[2].Node.Start();
        cluster.Run(5);
        Assert.All(cluster.Servers, server => Assert.Equal(3, server.View.InSight));
    }

    [Theory]
    [InlineData(0.1)] // another node id at the same address, as a server without a data directory has after each start
    [InlineData(7)]
    public void NewServer_WithTheNameOfOneThatIsGone_TakesItsPlace(double after)
    {
        TestCluster cluster = TestCluster.Started(3);
        cluster[2].Register("web", "x");
        cluster.Run(0.1);
        cluster[2].Kill();
        cluster.Run(after);
        cluster[2].NodeId = "99999999-0000-0000-0000-000000000000";
        cluster[2].Boot();
        cluster[2].Node.Start();
        cluster.RunUntil(() => cluster[2].View.IsSynced, 2);
        cluster.Run(10);
        Assert.All(cluster.Servers, server => Assert.Equal(3, server.View.Members.Length));
        Assert.All(cluster.Servers, server => Assert.Equal(cluster[2].Origin, server.Find("n3", "x")!.Tenure.Owner));
        Assert.All(cluster.Servers, server => Assert.Equal((3, 3), (server.View.InSight, server.View.Known)));
        Assert.All(cluster.Servers, server => Assert.True(server.Has("n3", "consul")));
        cluster.RunUntil(() => cluster.IsInStep(), 5);
    }

    [Fact]
    public void FailedMembers_AreForgottenAfterAWhile()
    {
        TestCluster cluster = TestCluster.Started(3, with: options => options with { ReapAfter = TimeSpan.FromSeconds(60) });
        cluster[2].Kill();
        cluster.Run(70);
        Assert.All(cluster.Servers.Take(2), server => Assert.Equal(2, server.View.Known));
        cluster.Run(70);
        Assert.All(cluster.Servers.Take(2), server => Assert.Equal(2, server.View.Members.Length));
    }
}
