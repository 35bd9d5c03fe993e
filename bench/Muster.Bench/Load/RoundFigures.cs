namespace Muster.Bench.Load;

/// <summary>What one round of one contender gave, or the medians over all its rounds.</summary>
/// <param name="PerSecond">Requests per second.</param>
/// <param name="P50Millis">Median latency; NaN when unknown.</param>
/// <param name="P99Millis">99th percentile of latency; NaN when unknown.</param>
/// <param name="CpuMicros">User and system time of the server process per request.</param>
internal sealed record RoundFigures(double PerSecond, double P50Millis, double P99Millis, double CpuMicros)
{
    public override string ToString()
    {
        var latency = double.IsNaN(P50Millis) ? "" : $", p50 {P50Millis:0.00} p99 {P99Millis:0.0} ms";
        return $"{PerSecond:#,0}/s{latency}, {CpuMicros:0.0} us CPU";
    }
}
