using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Muster.Client.PassiveHealth;

/// <summary>The instruments of passive health, on the client's meter.</summary>
internal sealed class PassiveHealthMetrics
{
    private readonly ConcurrentQueue<ServiceHealth> _services = new();
    private readonly Counter<long> _ejections;
    private readonly Counter<long> _prevented;

    public PassiveHealthMetrics(Meter meter)
    {
        _ejections = meter.CreateCounter<long>("muster.client.ejections", "{ejection}", "Instances that were left out for a while after failed calls, by cause.");
        _prevented = meter.CreateCounter<long>("muster.client.ejections.prevented", "{ejection}", "Ejections that did not happen because too many instances were out already, by cause.");
        meter.CreateObservableGauge("muster.client.panics", () => (long)_services.Count(service => service.IsPanic), "{service}", "Services with so few healthy instances that all are used.");
        meter.CreateObservableGauge("muster.client.endpoints", Endpoints, "{instance}", "Instances of the services in use, by state.");
    }

    /// <summary>Counts the targets of a service from now on.</summary>
    public void Add(ServiceHealth service) => _services.Enqueue(service);

    public void Ejected(EjectionCause cause) => _ejections.Add(1, CauseTag(cause));

    public void Prevented(EjectionCause cause) => _prevented.Add(1, CauseTag(cause));

    private static KeyValuePair<string, object?> CauseTag(EjectionCause cause) => new("cause", cause switch
    {
        EjectionCause.ConsecutiveFailures => "consecutive_failures",
        EjectionCause.FailureRatio => "failure_ratio",
        EjectionCause.SuccessRate => "success_rate",
        EjectionCause.ConnectionRefused => "connection_refused",
        _ => "trial_failed",
    });

    private IEnumerable<Measurement<long>> Endpoints()
    {
        EndpointCounts sum = default;
        foreach (ServiceHealth service in _services)
        {
            sum += service.Count();
        }

        return [StateOf("available", sum.Available), StateOf("unhealthy", sum.Unhealthy), StateOf("ejected", sum.Ejected), StateOf("on_trial", sum.OnTrial)];
    }

    private static Measurement<long> StateOf(string state, int count) => new(count, new KeyValuePair<string, object?>("state", state));
}
