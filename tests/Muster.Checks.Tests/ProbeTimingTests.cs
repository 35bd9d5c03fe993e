using Muster.Checks.Scheduling;
using Muster.Model;

namespace Muster.Checks.Tests;

public sealed class ProbeTimingTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(-5, 1)]
    [InlineData(0.2, 1)]
    [InlineData(1, 1)]
    [InlineData(10, 10)]
    [InlineData(1e9, 365 * 86400)]
    public void IntervalOf_AnyValue_InRange(double given, double used) =>
        Assert.Equal(used, ProbeTiming.IntervalOf(Definitions.Http(interval: given)).TotalSeconds);

    [Theory]
    [InlineData(0, 10)]
    [InlineData(-5, 10)]
    [InlineData(0.2, 0.2)]
    [InlineData(1e9, 3600)]
    public void TimeoutOf_AnyValue_InRange(double given, double used) =>
        Assert.Equal(used, ProbeTiming.TimeoutOf(Definitions.Http(timeout: given)).TotalSeconds);

    [Fact]
    public void Times_Largest_DoNotOverflow()
    {
        CheckDefinition definition = Definitions.Http() with { Interval = TimeSpan.MaxValue, Timeout = TimeSpan.MaxValue };
        ProbeSchedule schedule = new(1, 1, 1, new Random(1));

        schedule.Set(Definitions.Key(1), definition, ProbeContext.Default, TimeSpan.FromDays(3650));

        Assert.NotNull(schedule.NextDue);
    }
}
