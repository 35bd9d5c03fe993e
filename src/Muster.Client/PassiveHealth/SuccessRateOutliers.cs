using Muster.Client.Balancing;

namespace Muster.Client.PassiveHealth;

/// <summary>
/// Compares the success rates of a service's targets over a window, as Envoy's outlier detection does: what is bad is judged
/// by what the peers show under the same load, so that a failure which all share ejects nobody.
/// </summary>
internal static class SuccessRateOutliers
{
    /// <summary>The success rate below which a target is an outlier; null when too few were called enough to tell.</summary>
    public static double? Threshold(ReadOnlySpan<Target> targets, EjectionOptions options)
    {
        int compared = 0;
        double sum = 0, squares = 0;
        foreach (Target target in targets)
        {
            if (IsCompared(target, options))
            {
                double rate = target.Health.SuccessRate;
                compared++;
                sum += rate;
                squares += rate * rate;
            }
        }

        if (options.SuccessRateDeviations == 0 || compared < options.SuccessRateMinimumTargets)
        {
            return null;
        }

        double mean = sum / compared;
        double deviation = Math.Sqrt(Math.Max(0, (squares / compared) - (mean * mean)));
        return mean - Math.Max(options.SuccessRateDeviations * deviation, options.SuccessRateMargin);
    }

    /// <summary>The compared target that lies furthest below the threshold; null when none does.</summary>
    public static Target? Worst(ReadOnlySpan<Target> targets, double threshold, EjectionOptions options)
    {
        Target? worst = null;
        foreach (Target target in targets)
        {
            if (IsCompared(target, options) && target.Health.SuccessRate < Math.Min(threshold, worst?.Health.SuccessRate ?? threshold))
            {
                worst = target;
            }
        }

        return worst;
    }

    /// <summary>Whether a target was called often enough, and is in use.</summary>
    private static bool IsCompared(Target target, EjectionOptions options) =>
        target.Health.State == BreakerState.Closed && target.Health.Calls >= options.SuccessRateMinimumCalls;
}
