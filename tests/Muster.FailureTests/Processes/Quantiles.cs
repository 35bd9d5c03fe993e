namespace Muster.FailureTests.Processes;

/// <summary>Latencies in milliseconds.</summary>
internal sealed record Quantiles(double P50, double P99, double P999, double Longest)
{
    /// <summary>Of single measurements.</summary>
    public static Quantiles Of(IEnumerable<double> milliseconds)
    {
        double[] sorted = [.. milliseconds.Order()];
        return sorted.Length == 0 ? new Quantiles(0, 0, 0, 0) : new Quantiles(At(sorted, 0.5), At(sorted, 0.99), At(sorted, 0.999), sorted[^1]);
    }

    private static double At(double[] sorted, double quantile) => sorted[Math.Max(0, (int)Math.Ceiling(sorted.Length * quantile) - 1)];
}
