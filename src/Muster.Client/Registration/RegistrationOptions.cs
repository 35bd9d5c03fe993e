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
    public virtual void Validate(ICollection<string> errors)
    {
        Between(errors, nameof(Lease), Lease, TimeSpan.FromSeconds(3), TimeSpan.FromHours(24));
        Between(errors, nameof(DrainPeriod), DrainPeriod, TimeSpan.Zero, TimeSpan.FromMinutes(10));
        Between(errors, nameof(StopTimeout), StopTimeout, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        Between(errors, nameof(RequestTimeout), RequestTimeout, TimeSpan.FromSeconds(0.1), TimeSpan.FromMinutes(1));
        Between(errors, nameof(RequiredTimeout), RequiredTimeout, TimeSpan.FromSeconds(0.1), TimeSpan.FromMinutes(10));
    }

    private static void Between(ICollection<string> errors, string name, TimeSpan value, TimeSpan least, TimeSpan most)
    {
        if (value < least || value > most)
        {
            errors.Add($"{name}: must be from {least:c} to {most:c}, got {value:c}");
        }
    }
}
