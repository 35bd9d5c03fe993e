using Muster.Cluster.Tests.Net;

namespace Muster.Cluster.Tests;

public class RefusalTests
{
    [Fact]
    public void ClockAhead_IsRefusedWithAnAlarmThatNamesThePeer()
    {
        var cluster = new TestCluster(2);
        cluster[1].Skew = TimeSpan.FromSeconds(90);
        cluster[1].Boot();
        cluster[0].Node.Start();
        cluster[1].Node.Start();
        cluster[1].Register("web", "from-the-future");
        cluster.Run(5);
        ClusterAlarm alarm = Assert.Single(cluster[0].View.Alarms);
        Assert.Equal(("clock_ahead", "n2"), (alarm.Kind, alarm.Peer));
        Assert.False(cluster[0].Has("n2", "from-the-future"));
        Assert.Empty(cluster.Network.Links);
        Assert.True(cluster[0].View.Statistics.LinksRefused > 0);
    }

    [Fact]
    public void ClockAhead_ByLessThanTheLimit_IsAccepted()
    {
        var cluster = new TestCluster(2);
        cluster[1].Skew = TimeSpan.FromSeconds(45);
        cluster[1].Boot();
        cluster[0].Node.Start();
        cluster[1].Node.Start();
        cluster[1].Register("web", "x");
        cluster.Run(5);
        Assert.True(cluster.IsInStep());
        cluster[0].Deregister("n2", "x");
        cluster.Run(1);
        Assert.False(cluster[1].Has("n2", "x"));
        Assert.Empty(cluster[0].View.Alarms);
    }

    [Theory]
    [InlineData("wrong_datacenter")]
    [InlineData("name_taken")]
    [InlineData("origin_taken")]
    [InlineData("protocol")]
    public void Hello_ThatDoesNotFit_IsRefused(string kind)
    {
        TestCluster cluster = TestCluster.Started(2);
        PeerHello hello = cluster[1].Node.Hello with { Origin = 77, NodeId = "77", Name = "n77", PeerAddress = "10.7.7.7:8301", Boot = 5 };
        hello = kind switch
        {
            "wrong_datacenter" => hello with { Datacenter = "dc2" },
            "name_taken" => hello with { Name = "N2" },
            "origin_taken" => hello with { Origin = cluster[1].Origin },
            _ => hello with { MinProtocol = 7, MaxProtocol = 9 },
        };
        var link = new RecordingLink();
        cluster[0].Node.OnConnected(link, hello, dialed: false);
        cluster.Run(0.2);
        Assert.NotNull(link.Closed);
        Assert.Equal(kind, Assert.Single(cluster[0].View.Alarms).Kind);
        Assert.Equal(2, cluster[0].View.Members.Length);
    }

    [Theory]
    [InlineData("zone")]
    [InlineData("name")]
    [InlineData("address")]
    [InlineData("boot")]
    [InlineData("control characters")]
    public void Hello_ThatNobodyWouldBelieveInAList_IsRefusedAndHarmsNoLink(string what)
    {
        TestCluster cluster = TestCluster.Started(3);
        PeerHello hello = cluster[1].Node.Hello with { Origin = 77, NodeId = "77", Name = "n77", PeerAddress = "10.7.7.7:8301", Boot = 5 };
        string tooLong = new('x', 300);
        hello = what switch
        {
            "zone" => hello with { Zone = tooLong },
            "name" => hello with { Name = tooLong },
            "address" => hello with { PeerAddress = "" },
            "control characters" => hello with { Version = "1.0\n\u001b[2J" },
            _ => hello with { Boot = long.MaxValue },
        };
        MemoryLink[] before = [.. cluster.Network.Links];
        var link = new RecordingLink();
        cluster[0].Node.OnConnected(link, hello, dialed: false);
        cluster.Run(12);
        Assert.NotNull(link.Closed);
        Assert.Equal(before, cluster.Network.Links);
        Assert.Equal("malformed", Assert.Single(cluster[0].View.Alarms).Kind);
        Assert.All(cluster.Servers, server => Assert.Equal((3, 0), (server.View.Members.Length, server.View.Statistics.Malformed)));
    }

    [Fact]
    public void SameNodeIdTwice_IsRefusedOnBothSides()
    {
        TestCluster cluster = TestCluster.Started(2);
        PeerHello hello = cluster[0].Node.Hello with { Boot = 5 };
        var link = new RecordingLink();
        cluster[0].Node.OnConnected(link, hello, dialed: false);
        Assert.NotNull(link.Closed);
        cluster.Run(0.2);
        Assert.Equal("origin_taken", Assert.Single(cluster[0].View.Alarms).Kind);
    }

    [Fact]
    public void Members_BeyondTheLimit_AreRefused()
    {
        TestCluster cluster = TestCluster.Started(2, with: options => options with { MaxMembers = 3 });
        for (uint i = 0; i < 5; i++)
        {
            PeerHello hello = cluster[1].Node.Hello with { Origin = 1000 + i, NodeId = $"x{i}", Name = $"x{i}" };
            cluster[0].Node.OnConnected(new RecordingLink(), hello, dialed: false);
        }

        cluster.Run(0.2);
        Assert.Equal(3, cluster[0].View.Members.Length);
        Assert.Contains(cluster[0].View.Alarms, alarm => alarm.Kind == "members");
    }

    [Fact]
    public void Members_ThatLeft_GiveWayWhenThereAreTooMany()
    {
        // a server without a data directory has another id after each start
        TestCluster cluster = TestCluster.Started(3, with: options => options with { MaxMembers = 4 });
        for (int i = 1; i <= 6; i++)
        {
            cluster[2].Kill();
            cluster[2].NodeId = $"{i:00000000}-0000-0000-0000-999999999999";
            cluster[2].Boot();
            cluster[2].Node.Start();
            cluster.Run(4);
        }

        Assert.All(cluster.Servers, server => Assert.Equal(3, server.View.InSight));
        Assert.All(cluster.Servers, server => Assert.Empty(server.View.Alarms));
        Assert.All(cluster.Servers, server => Assert.Equal(MemberStatus.Alive, server.StatusOf(cluster[2])));
    }

    [Fact]
    public void SecondLink_OfALaterLifeOfAPeer_ReplacesTheFirstAtOnce()
    {
        var cluster = new TestCluster(1);
        cluster[0].Node.Start();
        PeerHello hello = cluster[0].Node.Hello with { Origin = 77, NodeId = "77", Name = "n77", PeerAddress = "10.7.7.7:8301", Boot = 5 };
        RecordingLink first = new(), second = new(), third = new();
        cluster[0].Node.OnConnected(first, hello, dialed: false);
        cluster[0].Node.OnConnected(second, hello with { Boot = 6 }, dialed: false);
        Assert.NotNull(first.Closed);
        Assert.Null(second.Closed);
        cluster[0].Node.OnConnected(third, hello with { Boot = 6 }, dialed: false);
        Assert.Null(second.Closed);
        Assert.NotNull(third.Closed);
    }
}
