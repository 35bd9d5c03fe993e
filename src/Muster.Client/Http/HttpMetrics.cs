using System.Diagnostics.Metrics;
using Muster.Client.PassiveHealth;

namespace Muster.Client.Http;

/// <summary>The instruments of discovered HTTP requests, on the client's meter. What went well is counted by the framework.</summary>
internal sealed class HttpMetrics
{
    private readonly Counter<long> _retries;
    private readonly Counter<long> _denied;
    private readonly Counter<long> _homeless;

    public HttpMetrics(Meter meter)
    {
        _retries = meter.CreateCounter<long>("muster.client.http.retries", "{attempt}", "Failed attempts that were followed by one on another instance, by how they failed.");
        _denied = meter.CreateCounter<long>("muster.client.http.retries.denied", "{attempt}", "Failed attempts that could have been repeated elsewhere but were not, by reason: budget or targets.");
        _homeless = meter.CreateCounter<long>("muster.client.http.no_instance", "{request}", "Requests that failed because their service had no instance for them.");
    }

    public void Retried(CallResult cause) => _retries.Add(1, new KeyValuePair<string, object?>("error.type", NameOf(cause)));

    /// <summary>The budget of the service is used up.</summary>
    public void DeniedByBudget() => _denied.Add(1, new KeyValuePair<string, object?>("reason", "budget"));

    /// <summary>No other instance is left.</summary>
    public void DeniedForLackOfTargets() => _denied.Add(1, new KeyValuePair<string, object?>("reason", "targets"));

    public void HadNoInstance() => _homeless.Add(1);

    /// <summary>How a call failed, as metrics and traces say it.</summary>
    public static string NameOf(CallResult result) => result switch
    {
        CallResult.ServerError => "server_error",
        CallResult.Timeout => "timeout",
        CallResult.ConnectionFailed => "connection_failed",
        CallResult.ConnectionRefused => "connection_refused",
        CallResult.Abandoned => "abandoned",
        _ => "none",
    };
}
