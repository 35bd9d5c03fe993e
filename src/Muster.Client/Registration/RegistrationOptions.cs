namespace Muster.Client.Registration;

/// <summary>How an application keeps its registrations.</summary>
public class RegistrationOptions
{
    /// <summary>
    /// The lease: without a renewal for this long the registry drops the instance. It is renewed at a third of it.
    /// Default 30 s, 3 s to 24 h.
    /// </summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a stop waits after the deregistration, while callers hear of it and requests in flight end.
    /// Default 5 s, 0 to 10 min.
    /// </summary>
    public TimeSpan DrainPeriod { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a stop may try to reach the registry, in all. Default 3 s, 0 to 1 min.</summary>
    public TimeSpan StopTimeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How long one request to one server may take; never more than a third of the lease. Default 5 s, 0.1 s to 1 min.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>True makes the start wait for the registry's answer, and fail without it. Default false: it registers in the background.</summary>
    public bool Required { get; set; }

    /// <summary>How long the start waits when <see cref="Required"/>. Default 30 s, 0.1 s to 10 min.</summary>
    public TimeSpan RequiredTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Adds what is wrong with the options, each as "name: rule, got value".</summary>
    /// <param name="prefix">What the names begin with.</param>
    /// <param name="errors">Where to.</param>
    public virtual void Validate(string prefix, ICollection<string> errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        OptionRules.Range(errors, prefix + nameof(Lease), Lease, TimeSpan.FromSeconds(3), TimeSpan.FromHours(24));
        OptionRules.Range(errors, prefix + nameof(DrainPeriod), DrainPeriod, TimeSpan.Zero, TimeSpan.FromMinutes(10));
        OptionRules.Range(errors, prefix + nameof(StopTimeout), StopTimeout, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        OptionRules.Range(errors, prefix + nameof(RequestTimeout), RequestTimeout, TimeSpan.FromSeconds(0.1), TimeSpan.FromMinutes(1));
        OptionRules.Range(errors, prefix + nameof(RequiredTimeout), RequiredTimeout, TimeSpan.FromSeconds(0.1), TimeSpan.FromMinutes(10));
    }
}
