using Muster.Cluster.Tests.Net;

namespace Muster.Cluster.Tests;

public class LogTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void Start_OfServersThatNeverMet_SaysWhoJoinedAndNothingOfLosses(int servers)
    {
        TestCluster cluster = TestCluster.Started(servers);
        foreach (TestServer server in cluster.Servers)
        {
            Assert.Equal(
                cluster.Servers.Where(other => other != server).Select(other => $"Information Server {other.Name} joined"),
                LinesOf(server, "Server ").Order());
            Assert.Empty(LinesOf(server, "lone"));
        }
    }

    [Fact]
    public void Loss_OfThePeer_SaysThatItFailedAndThenThatItIsBack()
    {
        TestCluster cluster = TestCluster.Started(2);
        cluster[0].Log.Lines.Clear();
        cluster.Network.Partition([cluster[0]], [cluster[1]]);
        cluster.Run(7);
        Assert.Equal(["Warning Server n2 is failed, it was alive"], LinesOf(cluster[0], "Server "));
        Assert.Equal(["Warning Alone: none of the 1 other servers is in sight. This one goes on serving what it knows"], LinesOf(cluster[0], "lone"));
        cluster[0].Log.Lines.Clear();
        cluster.Network.Heal();
        cluster.Run(5);
        Assert.Equal(["Information Server n2 is back, it was failed"], LinesOf(cluster[0], "Server "));
        Assert.Equal(["Information No longer alone: 1 other servers are in sight"], LinesOf(cluster[0], "lone"));
    }

    [Fact]
    public void Restart_WithPeersThatItRemembers_SaysThatTheyAreBack()
    {
        TestCluster cluster = TestCluster.Started(2);
        MemberRecord[] remembered = [.. cluster[1].View.Members.Select(member => member.Record)];
        cluster[1].Kill();
        cluster[1].Log.Lines.Clear();
        cluster[1].Restart(options => options with { KnownMembers = remembered });
        cluster[1].Node.Start();
        cluster.Run(3);
        Assert.Equal(["Information Server n1 is back, it was failed"], LinesOf(cluster[1], "Server "));
        Assert.Empty(LinesOf(cluster[1], "lone"));
    }

    [Fact]
    public void Leave_OfTheLastPeerThatWasLost_EndsBeingAloneWithoutAWord()
    {
        TestCluster cluster = TestCluster.Started(2);
        cluster[1].Kill();
        cluster.Run(7);
        cluster[0].Log.Lines.Clear();
        Assert.True(cluster[0].Node.ForceLeave("n2", prune: false));
        cluster.Run(1);
        cluster[1].Restart();
        cluster[1].Node.Start();
        cluster.Run(5);
        Assert.Equal(
            ["Information An operator says that server n2 left", "Information Server n2 is left, it was failed", "Information Server n2 is back, it was left"],
            LinesOf(cluster[0], "erver n2"));
        Assert.Empty(LinesOf(cluster[0], "lone"));
    }

    private static string[] LinesOf(TestServer server, string with) =>
        [.. server.Log.Lines.Where(line => line.Contains(with, StringComparison.Ordinal) && !line.Contains("This server", StringComparison.Ordinal))];
}
