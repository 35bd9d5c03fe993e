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
        CheckLease lease = check.Lease;
        if (result != HealthStatus.Critical)
        {
            lease.Streak = (short)Math.Min(short.MaxValue, Math.Max((short)0, lease.Streak) + 1);
            return lease.Streak >= Math.Min(check.Definition.SuccessBeforePassing, short.MaxValue) ? result : check.Status;
        }

        lease.Streak = (short)Math.Max(-short.MaxValue, Math.Min((short)0, lease.Streak) - 1);
        int failures = -lease.Streak;
        int beforeCritical = Math.Min(check.Definition.FailuresBeforeCritical, short.MaxValue);
        int beforeWarning = check.Definition.FailuresBeforeWarning == 0 ? beforeCritical : check.Definition.FailuresBeforeWarning;
        return failures >= beforeCritical ? HealthStatus.Critical
            : failures >= beforeWarning && check.Status == HealthStatus.Passing ? HealthStatus.Warning
            : check.Status;
    }

    /// <summary>How many bad results in a row it takes.</summary>
    internal static int FailuresToFail(CheckDefinition definition) => Math.Max(1, Math.Min(short.MaxValue, definition.FailuresBeforeCritical));

    /// <summary>Whether so many results in a row were bad that the check would be critical.</summary>
    internal static bool IsFailing(Check check) => check.Lease.Failures >= FailuresToFail(check.Definition);
}
