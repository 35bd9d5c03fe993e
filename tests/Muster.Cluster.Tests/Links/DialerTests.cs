using Muster.Cluster.Links;
using Muster.Cluster.Membership;
using Muster.Cluster.Streams;
using Muster.Cluster.Tests.Net;

namespace Muster.Cluster.Tests.Links;

public class DialerTests
{
    private readonly List<string> _dialed = [];

    [Fact]
    public void Targets_AreDialedLessAndLessOftenAndAtMostAsOftenAsAllowed()
    {
        Dialer dialer = Make(new() { NodeId = "a", Name = "a", PeerAddress = "a:1", Boot = 1, RetryMax = 4 }, out _);
        dialer.Add("b:1", TimeSpan.Zero);
        var times = new List<double>();
        for (double second = 0; second < 60; second += 0.1)
        {
            int before = _dialed.Count;
            dialer.Tick(TimeSpan.FromSeconds(second), hasLinks: false);
            if (_dialed.Count > before)
            {
                times.Add(second);
                dialer.OnFailed("b:1", "refused", TimeSpan.FromSeconds(second));
            }
        }

        Assert.Equal(4, times.Count);
        Assert.InRange(times[1] - times[0], 0.7, 1.4);
        Assert.InRange(times[3] - times[2], 3, 5);
        Assert.Equal("b:1 (refused)", dialer.Describe());
        dialer.Add("b:1", TimeSpan.FromSeconds(60)); // an operator asks again
        dialer.Tick(TimeSpan.FromSeconds(60), hasLinks: false);
        Assert.Equal(5, _dialed.Count);
    }

    [Fact]
    public void Targets_OfALinkedServer_AreLookedAtOnceAMinute()
    {
        Dialer dialer = Make(new() { NodeId = "a", Name = "a", PeerAddress = "a:1", Boot = 1 }, out _);
        dialer.Add("b:1", TimeSpan.Zero);
        dialer.Add("a:1", TimeSpan.Zero); // itself
        for (double second = 0; second < 300; second += 0.1)
        {
            dialer.Tick(TimeSpan.FromSeconds(second), hasLinks: true);
        }

        Assert.InRange(_dialed.Count, 4, 7);
        Assert.All(_dialed, target => Assert.Equal("b:1", target));
    }

    [Fact]
    public void Members_AreDialedEverySecondForAsLongAsTheyAreGone()
    {
        Dialer dialer = Make(new() { NodeId = "a", Name = "a", PeerAddress = "a:1", Boot = 1 }, out MemberTable members);
        members.TryMerge(new() { Origin = 2, NodeId = "b", Name = "b", PeerAddress = "b:1", Incarnation = 1 }, TimeSpan.Zero, default);
        for (double second = 0; second < 3600; second += 0.1)
        {
            int before = _dialed.Count;
            dialer.Tick(TimeSpan.FromSeconds(second), hasLinks: false);
            if (_dialed.Count > before)
            {
                dialer.OnFailed("b:1", "refused", TimeSpan.FromSeconds(second));
            }
        }

        Assert.InRange(_dialed.Count, 3000, 4200);
    }

    [Fact]
    public void Targets_WhenAMemberIsLost_AreDialedAtOnceAndThenLessAndLessOften()
    {
        Dialer dialer = Make(new() { NodeId = "a", Name = "a", PeerAddress = "a:1", Boot = 1 }, out MemberTable members);
        dialer.Add("all:1", TimeSpan.Zero);
        dialer.Tick(TimeSpan.Zero, hasLinks: true);
        members.TryMerge(new() { Origin = 2, NodeId = "b", Name = "b", PeerAddress = "b:1", Incarnation = 1 }, TimeSpan.Zero, default);
        dialer.OnUnlinked(members.Find(2)!, "reset", refused: false, TimeSpan.FromSeconds(20));
        var times = new List<double>();
        for (double second = 20; second < 620; second += 0.1)
        {
            int before = _dialed.Count(static target => target == "all:1");
            dialer.Tick(TimeSpan.FromSeconds(second), hasLinks: true);
            if (_dialed.Count(static target => target == "all:1") > before)
            {
                times.Add(second);
            }
        }

        Assert.Equal(20, times[0], tolerance: 0.2);
        Assert.Equal(4, times.Count(static second => second is > 20.5 and < 38));
        Assert.InRange(times.Count(static second => second > 120), 6, 11);
    }

    [Fact]
    public void Member_WhoseAddressAnotherServerTook_IsNotLookedForThere()
    {
        Dialer dialer = Make(new() { NodeId = "a", Name = "a", PeerAddress = "a:1", Boot = 1 }, out MemberTable members);
        members.TryMerge(new() { Origin = 2, NodeId = "b", Name = "b", PeerAddress = "b:1", Incarnation = 1 }, TimeSpan.Zero, default);
        Member successor = members.TryMerge(new() { Origin = 3, NodeId = "c", Name = "c", PeerAddress = "b:1", Incarnation = 1 }, TimeSpan.Zero, default)!;
        var stream = new FactStream(10, new ClusterStatistics());
        successor.Peer = new Peer(new RecordingLink(), successor, dialed: true, 1, stream, TimeSpan.Zero, default);
        dialer.Tick(TimeSpan.FromSeconds(1), hasLinks: true);
        Assert.Empty(_dialed);
        successor.Peer = null;
        dialer.OnUnlinked(successor, "reset", refused: false, TimeSpan.FromSeconds(2));
        dialer.Tick(TimeSpan.FromSeconds(20), hasLinks: false);
        Assert.NotEmpty(_dialed);
    }

    private Dialer Make(ClusterOptions options, out MemberTable members)
    {
        var self = new MemberRecord { Origin = 1, NodeId = "a", Name = "a", PeerAddress = "a:1", Incarnation = 1 };
        members = new MemberTable(self, 10, TimeSpan.Zero, default);
        return new Dialer(options, members, new Transport(_dialed), new Random(1));
    }

    private sealed class Transport(List<string> dialed) : IPeerTransport
    {
        public void Dial(string target) => dialed.Add(target);
    }
}
