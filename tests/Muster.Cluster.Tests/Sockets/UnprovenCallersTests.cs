using System.Net;
using Muster.Cluster.Sockets;

namespace Muster.Cluster.Tests.Sockets;

public sealed class UnprovenCallersTests
{
    [Theory]
    [InlineData("10.0.0.1", "10.0.0.2", "10.0.0.2")]
    [InlineData("2001:db8::1", "2001:db8:0:1::1", "2001:db8:0:1::2")]
    public void Enter_OfAFloodFromOneNetwork_PushesOutNobodyElse(string peer, string flood, string more)
    {
        var callers = new UnprovenCallers(4);
        using var honest = new CancellationTokenSource();
        callers.Enter(IPAddress.Parse(peer), honest);
        var hostile = new List<CancellationTokenSource>();
        for (int i = 0; i < 100; i++)
        {
            hostile.Add(new CancellationTokenSource());
            callers.Enter(IPAddress.Parse(i % 2 == 0 ? flood : more), hostile[^1]);
        }

        Assert.False(honest.IsCancellationRequested);
        Assert.True(callers.Leave(honest));
        Assert.Equal(97, hostile.Count(static each => each.IsCancellationRequested));
        Assert.True(hostile[0].IsCancellationRequested);
        Assert.False(callers.Leave(hostile[0]));
        Assert.True(callers.Leave(hostile[^1]));
        hostile.ForEach(static each => each.Dispose());
    }

    [Fact]
    public void Enter_WhenTheOneToGiveWayIsDoneByItself_GoesOn()
    {
        var callers = new UnprovenCallers(1);
        var first = new CancellationTokenSource();
        callers.Enter(IPAddress.Loopback, first);
        first.Dispose();
        using var second = new CancellationTokenSource();
        callers.Enter(IPAddress.Loopback, second);
        Assert.True(callers.Leave(second));
    }
}
