using Muster.Protocols.Consul.Metrics;

namespace Muster.Protocols.Consul.Tests.Metrics;

public class RouteTimingTests
{
    [Fact]
    public void Observe_SeveralDurations_AreSummedUp()
    {
        var time = new ManualTime();
        var timing = new RouteTiming();
        foreach (int milliseconds in (int[])[2, 4, 6])
        {
            Observe(time, timing, milliseconds);
        }

        TimingFigures figures = timing.Total;
        Assert.Equal((3, 12.0, 2.0, 6.0, 4.0, 2.0), (figures.Count, figures.Sum, figures.Min, figures.Max, figures.Mean, figures.Deviation));
    }

    [Fact]
    public void Read_IntervalsPass_ShowsTheFinishedOneForOneInterval()
    {
        var time = new ManualTime();
        var timing = new RouteTiming();
        Observe(time, timing, 1);
        Assert.Equal((1, 0), Read(time, timing));
        time.Advance(TimeSpan.FromSeconds(RouteTiming.IntervalSeconds));
        Assert.Equal((0, 1), Read(time, timing));
        Observe(time, timing, 1);
        Observe(time, timing, 1);
        Assert.Equal((2, 1), Read(time, timing));
        time.Advance(TimeSpan.FromSeconds(2 * RouteTiming.IntervalSeconds));
        Assert.Equal((0, 0), Read(time, timing));
        Assert.Equal(3, timing.Total.Count);
    }

    [Fact]
    public void Observe_Always_AllocatesNothing()
    {
        var time = new ManualTime();
        var timing = new RouteTiming();
        long began = time.GetTimestamp();
        timing.Observe(time, began);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            timing.Observe(time, began);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static void Observe(ManualTime time, RouteTiming timing, int milliseconds)
    {
        long began = time.GetTimestamp();
        time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        timing.Observe(time, began);
    }

    private static (long Current, long Finished) Read(ManualTime time, RouteTiming timing)
    {
        long interval = RouteTiming.IntervalOf(time, time.GetTimestamp());
        return (timing.Read(interval, finished: false).Count, timing.Read(interval, finished: true).Count);
    }
}
