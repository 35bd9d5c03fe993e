namespace Muster.Bench.Load;

/// <summary>What one load tool saw in one short round.</summary>
/// <param name="Requests">Answered requests.</param>
/// <param name="PerSecond">Answered requests per second.</param>
/// <param name="P50Millis">Median latency, or NaN when the tool does not tell.</param>
/// <param name="P99Millis">99th percentile of latency, or NaN.</param>
internal sealed record LoadSample(long Requests, double PerSecond, double P50Millis, double P99Millis);
