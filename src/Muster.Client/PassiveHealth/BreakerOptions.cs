namespace Muster.Client.PassiveHealth;

/// <summary>The circuit breaker of each instance: when it opens besides <see cref="EjectionOptions"/>, and how it closes again.</summary>
/// <remarks>An ejected instance is one whose breaker is open. When its time is over it is on trial (half-open).</remarks>
public sealed class BreakerOptions
{
    /// <summary>The share of failures in a window that opens the breaker. Default 0.5, 0 (never) to 1.</summary>
    public double FailureRatio { get; set; } = 0.5;

    /// <summary>With fewer calls in the window the share says nothing. Default 20, 1 to 1,000,000.</summary>
    public int MinimumCalls { get; set; } = 20;

    /// <summary>How many calls an instance on trial gets at a time. Default 1, 1 to 100.</summary>
    public int TrialCalls { get; set; } = 1;

    /// <summary>So many trial calls must succeed before it is in use again; one that fails ejects it again. Default 2, 1 to 100.</summary>
    public int TrialSuccesses { get; set; } = 2;

    /// <summary>A trial call that has not ended by then makes room for another. Default 10 s, 100 ms to 1 h.</summary>
    public TimeSpan TrialTimeout { get; set; } = TimeSpan.FromSeconds(10);

    internal void Validate(string prefix, ICollection<string> errors)
    {
        OptionRules.Range(errors, prefix + nameof(FailureRatio), FailureRatio, 0, 1);
        OptionRules.Range(errors, prefix + nameof(MinimumCalls), MinimumCalls, 1, 1_000_000);
        OptionRules.Range(errors, prefix + nameof(TrialCalls), TrialCalls, 1, 100);
        OptionRules.Range(errors, prefix + nameof(TrialSuccesses), TrialSuccesses, 1, 100);
        OptionRules.Range(errors, prefix + nameof(TrialTimeout), TrialTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1));
    }
}
