using Muster.Model;

namespace Muster.Checks.Scheduling;

/// <summary>The times of a definition, brought into the range in which they are used.</summary>
internal static class ProbeTiming
{
    public static readonly TimeSpan MinInterval = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan MaxInterval = TimeSpan.FromDays(365);
    public static readonly TimeSpan MaxTimeout = TimeSpan.FromHours(1);

    public static TimeSpan IntervalOf(CheckDefinition definition) =>
        TimeSpan.FromTicks(Math.Clamp(definition.Interval.Ticks, MinInterval.Ticks, MaxInterval.Ticks));

    public static TimeSpan TimeoutOf(CheckDefinition definition) =>
        definition.Timeout <= TimeSpan.Zero
            ? definition.Kind.DefaultTimeout()
            : TimeSpan.FromTicks(Math.Min(definition.Timeout.Ticks, MaxTimeout.Ticks));
}
