namespace Muster.Checks;

/// <summary>Limits of a <see cref="CheckScheduler"/>.</summary>
public sealed class CheckSchedulerOptions
{
    /// <summary>
    /// How many probes may run at once. Default 512. At most half of them run for checks that are new or were slow last
    /// time, so that targets that never answer do not delay the checks of those that do.
    /// </summary>
    public int MaxConcurrency { get; set; } = 512;
}
