namespace Muster.TestFleet;

/// <summary>Latencies in milliseconds.</summary>
internal sealed record Quantiles(double P50, double P99, double P999, double Longest);
