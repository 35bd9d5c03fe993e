namespace Muster.Client.PassiveHealth;

/// <summary>When an instance that answers badly is left out for a while, judged by this process's own calls.</summary>
public sealed class EjectionOptions
{
    /// <summary>Whether calls are judged at all. False leaves availability to the registry alone. Default true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>So many failures in a row eject an instance. Default 5, 0 (never) to 1,000.</summary>
    public int ConsecutiveFailures { get; set; } = 5;

    /// <summary>Whether a refused connection ejects at once: nobody listens there. Default true.</summary>
    public bool OnConnectionRefused { get; set; } = true;

    /// <summary>
    /// Calls are counted in windows of this length; at the end of each the success rates of the instances are compared, and
    /// the counts of <see cref="BreakerOptions.FailureRatio"/> begin anew. Default 10 s, 100 ms to 1 h.
    /// </summary>
    public TimeSpan Window { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// An instance whose success rate lies so many standard deviations below the mean of all is ejected. Default 1.9,
    /// 0 (never) to 10.
    /// </summary>
    public double SuccessRateDeviations { get; set; } = 1.9;

    /// <summary>It must lie at least so far below the mean as well: equals that differ by little are left alone. Default 0.05, 0 to 1.</summary>
    public double SuccessRateMargin { get; set; } = 0.05;

    /// <summary>Instances with fewer calls in a window are not compared. Default 100, 1 to 1,000,000.</summary>
    public int SuccessRateMinimumCalls { get; set; } = 100;

    /// <summary>With fewer instances that have enough calls nothing is compared. Default 5, 2 to 10,000.</summary>
    public int SuccessRateMinimumTargets { get; set; } = 5;

    /// <summary>How long the first ejection lasts; each further one lasts twice as long. Default 5 s, 10 ms to 1 h.</summary>
    public TimeSpan BaseDuration { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest ejection, before the jitter. Default 5 min, 10 ms to 1 day.</summary>
    public TimeSpan MaxDuration { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Up to this share is added to each duration at random, so that clients do not return together. Default 0.2, 0 to 1.</summary>
    public double Jitter { get; set; } = 0.2;

    /// <summary>For each such time that an instance stays in use, one earlier ejection is forgotten. Default 1 min, 100 ms to 1 day.</summary>
    public TimeSpan Forgiveness { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// At most this share of a service's instances is ejected or on trial at once; of two or more always one may be. Default 0.5, 0 to 0.9.
    /// </summary>
    public double MaxEjectedShare { get; set; } = 0.5;

    /// <summary>
    /// With a smaller share of healthy instances (by the registry's checks and by ejection), all are used: spreading calls over
    /// bad ones beats overloading the last good ones. Default 0.5, 0 (never) to 1.
    /// </summary>
    public double PanicThreshold { get; set; } = 0.5;

    internal void Validate(string prefix, ICollection<string> errors)
    {
        OptionRules.Range(errors, prefix + nameof(ConsecutiveFailures), ConsecutiveFailures, 0, 1_000);
        OptionRules.Range(errors, prefix + nameof(Window), Window, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1));
        OptionRules.Range(errors, prefix + nameof(SuccessRateDeviations), SuccessRateDeviations, 0, 10);
        OptionRules.Range(errors, prefix + nameof(SuccessRateMargin), SuccessRateMargin, 0, 1);
        OptionRules.Range(errors, prefix + nameof(SuccessRateMinimumCalls), SuccessRateMinimumCalls, 1, 1_000_000);
        OptionRules.Range(errors, prefix + nameof(SuccessRateMinimumTargets), SuccessRateMinimumTargets, 2, 10_000);
        OptionRules.Range(errors, prefix + nameof(BaseDuration), BaseDuration, TimeSpan.FromMilliseconds(10), TimeSpan.FromHours(1));
        OptionRules.Range(errors, prefix + nameof(MaxDuration), MaxDuration, TimeSpan.FromMilliseconds(10), TimeSpan.FromDays(1));
        OptionRules.Range(errors, prefix + nameof(Jitter), Jitter, 0, 1);
        OptionRules.Range(errors, prefix + nameof(Forgiveness), Forgiveness, TimeSpan.FromMilliseconds(100), TimeSpan.FromDays(1));
        OptionRules.Range(errors, prefix + nameof(MaxEjectedShare), MaxEjectedShare, 0, 0.9);
        OptionRules.Range(errors, prefix + nameof(PanicThreshold), PanicThreshold, 0, 1);
        if (MaxDuration < BaseDuration)
        {
            errors.Add($"{prefix}{nameof(MaxDuration)}: must be at least {nameof(BaseDuration)} ({BaseDuration}), got {MaxDuration}");
        }
    }
}
