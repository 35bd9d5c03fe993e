using Muster.Model;

namespace Muster.Catalog;

/// <summary>
/// Thresholds: how many good or bad results in a row it takes to move a check. The streak lives on the check's lease,
/// so that results that move nothing write nothing. It starts at zero with the check: the first result counts as one,
/// so a check with thresholds keeps its initial status until enough results came in.
/// </summary>
internal static class HealthStreak
{
    /// <summary>The status after one more result.</summary>
    internal static HealthStatus Judge(Check check, HealthStatus result)
    {
        CheckLease streak = check.Lease;
        if (result != HealthStatus.Critical)
        {
            streak.Failures = 0;
            streak.Successes = Increment(streak.Successes);
            return streak.Successes >= check.Definition.SuccessBeforePassing ? result : check.Status;
        }

        streak.Successes = 0;
        streak.Failures = Increment(streak.Failures);
        int beforeCritical = check.Definition.FailuresBeforeCritical;
        int beforeWarning = check.Definition.FailuresBeforeWarning == 0 ? beforeCritical : check.Definition.FailuresBeforeWarning;
        return streak.Failures >= beforeCritical ? HealthStatus.Critical
            : streak.Failures >= beforeWarning && check.Status == HealthStatus.Passing ? HealthStatus.Warning
            : check.Status;
    }

    /// <summary>How many bad results in a row it takes.</summary>
    internal static int FailuresToFail(CheckDefinition definition) => Math.Max(1, definition.FailuresBeforeCritical);

    /// <summary>Whether so many results in a row were bad that the check would be critical.</summary>
    internal static bool IsFailing(Check check) => check.Lease.Failures >= FailuresToFail(check.Definition);

    private static ushort Increment(ushort count) => count == ushort.MaxValue ? count : (ushort)(count + 1);
}
