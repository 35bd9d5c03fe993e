namespace Muster.Cluster.Links;

/// <summary>Running time on the wire: microseconds.</summary>
internal static class Stamps
{
    internal static long Of(TimeSpan time) => time.Ticks / TimeSpan.TicksPerMicrosecond;

    internal static TimeSpan ToTime(long stamp) => new(Math.Min(stamp, long.MaxValue / 100) * TimeSpan.TicksPerMicrosecond);
}
