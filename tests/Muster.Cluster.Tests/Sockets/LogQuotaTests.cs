using Muster.Cluster.Sockets;

namespace Muster.Cluster.Tests.Sockets;

public sealed class LogQuotaTests
{
    [Fact]
    public void TryTake_OfAFlood_LetsAFewThroughAndTellsOfTheOthersLater()
    {
        var time = new ManualTime();
        var quota = new LogQuota(time);
        int taken = 0;
        for (int i = 0; i < LogQuota.Most + 980; i++)
        {
            taken += quota.TryTake(out string nothing) ? 1 : 0;
            Assert.Empty(nothing);
        }

        Assert.Equal(LogQuota.Most, taken);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(quota.TryTake(out string more));
        Assert.Equal(" (980 more since the last such line)", more);
        Assert.True(quota.TryTake(out more));
        Assert.Empty(more);
    }
}
