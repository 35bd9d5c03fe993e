using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Muster.Client.Registration;

namespace Muster.Client.Hosting.HealthChecks;

/// <summary>
/// Whether this host is in the registry and hears from it. Degraded, not unhealthy, while the registry is away: the last known
/// instances go on being used, and taking the host out of service would make an outage of one.
/// </summary>
internal sealed class MusterHealthCheck(MusterClient client, IServiceProvider services) : IHealthCheck
{
    /// <summary>Marks this check, so that readiness does not wait for itself.</summary>
    public const string Tag = "muster";

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var data = new Dictionary<string, object>(StringComparer.Ordinal);
        var failures = new List<string>();
        var doubts = new List<string>();
        AddRegistrations(data, failures, doubts);
        AddServices(data, doubts);
        HealthCheckResult result = failures.Count > 0
            ? new HealthCheckResult(context.Registration.FailureStatus, string.Join("; ", failures.Concat(doubts)), data: data)
            : doubts.Count > 0
                ? HealthCheckResult.Degraded(string.Join("; ", doubts), data: data)
                : HealthCheckResult.Healthy("the registry is heard", data);
        return Task.FromResult(result);
    }

    private void AddRegistrations(Dictionary<string, object> data, List<string> failures, List<string> doubts)
    {
        if (services.GetService<Registrar>() is not { } registrar)
        {
            return;
        }

        if (registrar.Instances.Count == 0)
        {
            failures.Add("not registered yet");
        }

        foreach (RegisteredInstance entry in registrar.Instances)
        {
            RegistrationStatus status = entry.Status;
            data[$"registration {entry.Instance.Id}"] = status.State.ToString();
            string what = $"'{entry.Instance.Id}' is {status.State.ToString().ToLowerInvariant()}: {status.Error}".TrimEnd(' ', ':');
            switch (status.State)
            {
                case RegistrationState.Registered:
                    break;
                case RegistrationState.Lost:
                    doubts.Add(what);
                    break;
                default:
                    failures.Add(what);
                    break;
            }
        }
    }

    private void AddServices(Dictionary<string, object> data, List<string> doubts)
    {
        foreach (ServiceHandle handle in client.Services)
        {
            Freshness freshness = handle.Freshness;
            if (freshness.IsStale)
            {
                data[$"service {handle.Name}"] = $"stale for {freshness.Age.TotalSeconds:F0} s: {freshness.Reason}";
                doubts.Add($"'{handle.Name}' is answered from what was known {freshness.Age.TotalSeconds:F0} s ago ({freshness.Reason})");
            }
        }
    }
}
