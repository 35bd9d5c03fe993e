namespace Muster.Checks;

/// <summary>Limits of a <see cref="CheckScheduler"/>.</summary>
public sealed class CheckSchedulerOptions
{
    /// <summary>How many probes of checks that took a second or less last time may run at once. Default 512.</summary>
    public int MaxConcurrency { get; set; } = 512;

    /// <summary>
    /// How many probes of checks that are new, or took longer last time, may run at once. Default 1,024. These places
    /// are apart from the others, so that targets that never answer do not delay the checks of those that do.
    /// </summary>
    public int MaxSlowConcurrency { get; set; } = 1024;
}
