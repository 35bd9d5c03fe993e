namespace Muster.Checks;

/// <summary>
/// Limits of a <see cref="CheckScheduler"/>. The three kinds of places are apart from each other, and a run that takes
/// longer than a second moves to the slow ones if there is room, so that targets that never answer delay neither the
/// checks of those that do, nor the first runs of new checks.
/// </summary>
public sealed class CheckSchedulerOptions
{
    /// <summary>How many probes of checks that took a second or less last time may run at once. Default 512.</summary>
    public int MaxConcurrency { get; set; } = 512;

    /// <summary>How many probes of checks that took longer last time, or take longer now, may run at once. Default 2,048.</summary>
    public int MaxSlowConcurrency { get; set; } = 2048;

    /// <summary>How many first probes, of which nobody knows how long they take, may run at once. Default 512.</summary>
    public int MaxNewConcurrency { get; set; } = 512;
}
