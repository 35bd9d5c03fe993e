using Muster.Cluster.Links;

namespace Muster.Cluster.Tests.Links;

public class TransportDelayTests
{
    private static readonly TimeSpan s_offset = TimeSpan.FromHours(3); // the other clock is another

    [Fact]
    public void LateMessages_AreToldBy()
    {
        var delay = new TransportDelay();
        Assert.Equal(TimeSpan.Zero, delay.Observe(s_offset, TimeSpan.FromSeconds(1)));
        Assert.InRange(delay.Observe(s_offset + Seconds(1), Seconds(2)), TimeSpan.Zero, Seconds(0.001));
        Assert.InRange(delay.Observe(s_offset + Seconds(2), Seconds(10)), Seconds(6.99), Seconds(7));
    }

    [Fact]
    public void ClocksThatDrift_CostNothing()
    {
        var delay = new TransportDelay();
        for (int second = 0; second < 100_000; second++)
        {
            // the sender's clock is slow by 100 in a million
            TimeSpan extra = delay.Observe(s_offset + (Seconds(second) * (1 - 100e-6)), Seconds(second));
            Assert.InRange(extra, TimeSpan.Zero, Seconds(0.001));
        }
    }

    [Fact]
    public void ASenderWhoseClockStoodStill_IsForgivenByTheNextRoundTrip()
    {
        var delay = new TransportDelay();
        delay.Observe(Seconds(10), Seconds(10));
        Assert.InRange(delay.Observe(Seconds(11), Seconds(15)), Seconds(3.9), Seconds(4));
        delay.ObserveRoundTrip(Seconds(11), Seconds(15), Seconds(0.002));
        Assert.InRange(delay.Observe(Seconds(12), Seconds(16)), TimeSpan.Zero, Seconds(0.003));
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
