using Muster.Cluster.Messages;
using Muster.Cluster.Tests.Net;

namespace Muster.Cluster.Tests;

public class JoiningTests
{
    [Fact]
    public void Join_ThroughOneMember_MakesAFullMesh()
    {
        TestCluster cluster = TestCluster.Started(5);
        cluster.Run(1.1); // the next ping shows it
        foreach (TestServer server in cluster.Servers)
        {
            Assert.Equal(["n1", "n2", "n3", "n4", "n5"], server.View.Members.Select(member => member.Record.Name));
            Assert.All(server.View.Members, member => Assert.Equal(MemberStatus.Alive, member.Status));
            Assert.All(server.View.Members, member => Assert.Equal(member.IsSelf, member.Peer is null));
            Assert.All(server.View.Members, member => Assert.True(member.IsSelf || member.Peer!.DigestEqual == true));
            Assert.Equal((5, 5, true, false), (server.View.InSight, server.View.Known, server.View.HasMajority, server.View.IsAlone));
            Assert.Empty(server.View.Alarms);
        }

        Assert.Equal(5 * 4, cluster.Network.Links.Count);
    }

    [Fact]
    public void Join_FailingAtMessagesOfOne_IsReadyWhenAnotherHasToldAll()
    {
        TestCluster cluster = TestCluster.Started(2);
        cluster[0].Register("web", "web-1");
        cluster.Run(1);
        TestServer joining = cluster.Add();
        cluster.Network.Fails = (link, message) => link.Owner == cluster[0] && link.Target == joining && message[0] == (byte)MessageKind.Facts;
        joining.Node.Start();
        cluster.RunUntil(
            () =>
            {
                Assert.True(!joining.View.IsSynced || joining.Has("n1", "web-1"), joining.View.SyncDetail);
                return joining.View.IsSynced;
            },
            10);
        Assert.Equal("in step with n2", joining.View.SyncDetail);
    }

    [Fact]
    public void Join_FailingAtMessagesForEver_SaysSoAndIsReadyInTheEnd()
    {
        TestCluster cluster = TestCluster.Started(1);
        cluster[0].Register("web", "web-1");
        TestServer joining = cluster.Add();
        cluster.Network.Fails = (link, message) => link.Target == joining && message[0] == (byte)MessageKind.Facts;
        joining.Node.Start();
        cluster.Run(25);
        Assert.False(joining.View.IsSynced);
        Assert.Equal("syncing: this server fails at messages of n1", joining.View.SyncDetail);
        Assert.Equal("failed_message", Assert.Single(joining.View.Alarms).Kind);
        cluster.RunUntil(() => joining.View.IsSynced, 10);
        Assert.Contains("but for what it could not take", joining.View.SyncDetail, StringComparison.Ordinal);
    }

    [Fact]
    public void Start_WithNobodyToJoin_IsSyncedAtOnce()
    {
        var cluster = new TestCluster(1);
        cluster[0].Node.Start();
        Assert.True(cluster[0].View.IsSynced);
        Assert.False(cluster[0].View.IsAlone);
    }

    [Fact]
    public void Start_WithOnlyItselfToJoin_IsSyncedAtOnce()
    {
        var cluster = new TestCluster(1);
        cluster[0].Boot(options => options with { JoinTargets = [options.PeerAddress] });
        cluster[0].Node.Start();
        Assert.True(cluster[0].View.IsSynced);
        Assert.False(cluster[0].View.IsAlone);
    }

    [Fact]
    public void ColdStart_OfAllAfterHours_KeepsWhatEachHadAndIsReadyWithAllOfIt()
    {
        TestCluster cluster = TestCluster.Started(3);
        cluster.Network.Partition([cluster[0], cluster[1]], [cluster[2]]);
        foreach (TestServer server in cluster.Servers)
        {
            server.Register("web", $"last-of-{server.Name}");
        }

        cluster.Run(1);
        foreach (TestServer server in cluster.Servers)
        {
            server.Kill();
        }

        long journal = cluster[0].Catalog.Replica.HighestClock;
        cluster.Network.Heal();
        cluster.Time.Jump(TimeSpan.FromHours(5));
        foreach (TestServer server in cluster.Servers)
        {
            string[] others = [.. cluster.Servers.Where(other => other != server).Select(other => other.Address)];
            server.Restart(options => options with { JournalClock = journal, JoinTargets = others });
            server.Node.Start();
        }

        cluster.RunUntil(
            () =>
            {
                Assert.All(cluster.Servers, server => Assert.True(!server.View.IsSynced || server.Catalog.FindService("web")!.Instances.Length == 3));
                return cluster.Servers.All(server => server.View.IsSynced);
            },
            8);

        cluster.RunUntil(() => cluster.IsInStep(), 5);
        Assert.All(cluster.Servers, server => Assert.Equal(3, server.Catalog.FindService("web")!.Instances.Length));
    }

    [Fact]
    public void Restart_AfterHoursWithoutAChange_IsReadySoon()
    {
        TestCluster cluster = TestCluster.Started(3);
        cluster[0].Register("web", "1");
        cluster.RunUntil(() => cluster.IsInStep(), 5);
        long journal = cluster[2].Catalog.Replica.HighestClock;
        cluster.Time.Jump(TimeSpan.FromHours(5));
        cluster.Run(5);
        cluster[2].Kill();
        cluster.Run(1);
        cluster[2].Restart(options => options with { JournalClock = journal });
        cluster[2].Node.Start();
        Assert.True(cluster.IsInStep());
        cluster.RunUntil(() => cluster[2].View.IsSynced, 5);
        cluster[2].Register("web", "2");
        cluster.RunUntil(() => cluster[0].Has("n3", "2") && cluster.IsInStep(), 3);
    }

    [Fact]
    public void Start_WithNobodyInReach_IsSyncedAfterTheTimeoutAndAlone()
    {
        var cluster = new TestCluster(2);
        cluster[1].Node.Start();
        cluster[0].Kill();
        cluster.Run(29);
        Assert.False(cluster[1].View.IsSynced);
        cluster.Run(2);
        Assert.True(cluster[1].View.IsSynced);
        Assert.True(cluster[1].View.IsAlone);
        Assert.Contains("10.0.0.1:8301 (connection refused)", cluster[1].View.SyncDetail);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(35)] // an answer takes longer than a tick
    public void Join_EmptyServer_HasTenThousandEntriesBeforeItIsSynced(int delayMilliseconds)
    {
        TestCluster cluster = TestCluster.Started(2);
        cluster.Network.Delay = TimeSpan.FromMilliseconds(delayMilliseconds);
        for (int i = 0; i < 10_000; i++)
        {
            cluster[i % 2].Register($"service{i % 500}", $"i{i}", ttl: 30);
        }

        cluster.Run(2);
        TestServer third = cluster.Add();
        third.Node.Start();
        TimeSpan took = cluster.RunUntil(() => third.View.IsSynced, 5);
        Assert.Equal(cluster[0].Catalog.Replica.RootDigest, third.Catalog.Replica.RootDigest);
        Assert.True(third.Catalog.Statistics.Instances >= 10_000);
        Assert.True(took < TimeSpan.FromSeconds(2), $"{took}");
        cluster.RunUntil(() => cluster.IsInStep(), 3);
    }

    [Fact]
    public void ColdStart_OfAll_SyncsFromEachOtherWithoutWaitingForTheTimeout()
    {
        var cluster = new TestCluster(3);
        foreach (TestServer server in cluster.Servers)
        {
            server.Register("web", $"on-{server.Name}");
            server.Node.Start();
        }

        cluster.RunUntil(() => cluster.Servers.All(server => server.View.IsSynced), 6);
        cluster.Run(3);
        Assert.True(cluster.IsInStep());
        Assert.All(cluster.Servers, server => Assert.Equal(3, server.Catalog.FindService("web")!.Instances.Length));
    }

    [Fact]
    public void Join_BothAtOnceWhileOneIsSynced_LearnFromThatOne()
    {
        TestCluster cluster = TestCluster.Started(1);
        for (int i = 0; i < 3000; i++)
        {
            cluster[0].Register("web", $"i{i}");
        }

        TestServer second = cluster.Add(), third = cluster.Add();
        second.Node.Start();
        third.Node.Start();
        cluster.RunUntil(
            () =>
            {
                Assert.True(!second.View.IsSynced || second.Catalog.Statistics.Instances >= 3000);
                Assert.True(!third.View.IsSynced || third.Catalog.Statistics.Instances >= 3000);
                return second.View.IsSynced && third.View.IsSynced;
            },
            30);
    }

    [Fact]
    public void Join_OfTwoHalvesThatBeganApart_FindTogetherThroughTheirTargets()
    {
        TestCluster cluster = new(2);
        cluster.Network.Partition([cluster[0]], [cluster[1]]);
        cluster[0].Node.Start();
        cluster[1].Node.Start();
        cluster.Run(40);
        Assert.Equal(1, cluster[1].View.Known);
        cluster.Network.Heal();
        cluster.RunUntil(() => cluster[0].View.Known == 2 && cluster[1].View.Known == 2, 10);
    }

    [Fact]
    public void Dial_ToItself_IsDroppedWithoutAnAlarm()
    {
        var cluster = new TestCluster(1);
        cluster[0].Node.Start();
        cluster.Network.Dial(cluster[0], cluster[0].Address);
        cluster.Run(3);
        Assert.Empty(cluster.Network.Links);
        Assert.Empty(cluster[0].View.Alarms);
    }

    [Fact]
    public void Links_MadeByBothAtTheSameTime_OneIsLeft()
    {
        TestCluster cluster = TestCluster.Started(3);
        for (int i = 0; i < 20; i++)
        {
            cluster.Network.Dial(cluster[0], cluster[1].Address);
            cluster.Network.Dial(cluster[1], cluster[0].Address);
            cluster.Network.Dial(cluster[1], cluster[0].Address);
            cluster.Network.Dial(cluster[0], cluster[1].Address);
            cluster.Network.Cut(cluster[1]);
            cluster.Run(0.35);
        }

        cluster.Run(5);
        Assert.Equal(3 * 2, cluster.Network.Links.Count);
        Assert.All(cluster.Servers, server => Assert.Equal(3, server.View.InSight));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(150)]
    [InlineData(400)]
    public void Restart_WithAJournal_IsSyncedOnlyWhenItKnowsWhatWasDeregisteredMeanwhile(int delay)
    {
        TestCluster cluster = TestCluster.Started(3);
        cluster.Network.Delay = TimeSpan.FromMilliseconds(delay);
        for (int i = 0; i < 10; i++)
        {
            cluster[0].Register("web", $"i{i}");
        }

        cluster.Run(2);
        MemberRecord[] known = [.. cluster[0].View.Members.Select(member => member.Record)];
        cluster[0].Kill();
        for (int i = 0; i < 8; i++)
        {
            cluster[1 + (i % 2)].Deregister("n1", $"i{i}");
        }

        cluster.Run(1);
        cluster[0].Restart(options => options with { KnownMembers = known, JoinTargets = [cluster[0].Address] });
        cluster[0].Node.Start();
        cluster.RunUntil(() => cluster[0].View.IsSynced, 10);
        Assert.Equal(2, cluster[0].Catalog.FindService("web")!.Instances.Length);
    }

    [Fact]
    public void Restart_WithEarlierMembers_DialsThemWithoutATarget()
    {
        TestCluster cluster = TestCluster.Started(3);
        MemberRecord[] known = [.. cluster[0].View.Members.Select(member => member.Record)];
        cluster[0].Kill();
        cluster.Run(1);
        cluster[0].Boot(options => options with { KnownMembers = known });
        cluster[0].Node.Start();
        cluster.RunUntil(() => cluster[0].View is { IsSynced: true, InSight: 3 }, 3);
        cluster.RunUntil(() => cluster.IsInStep(), 3);
    }
}
