using Muster.Cluster.Links;
using Muster.Cluster.Membership;

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
