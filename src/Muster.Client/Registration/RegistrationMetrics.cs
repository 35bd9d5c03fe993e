using System.Diagnostics.Metrics;

namespace Muster.Client.Registration;

/// <summary>The instruments of registrations.</summary>
internal sealed class RegistrationMetrics
{
    private readonly Counter<long> _registrations;
    private readonly Counter<long> _renewals;

    public RegistrationMetrics(Meter meter, Registrar registrar)
    {
        _registrations = meter.CreateCounter<long>("muster.client.registration.registrations", "{registration}", "Registrations sent, with the kind of failure.");
        _renewals = meter.CreateCounter<long>("muster.client.registration.renewals", "{renewal}", "Renewals sent, with the kind of failure.");
        meter.CreateObservableGauge("muster.client.registration.instances", () => Count(registrar), "{instance}", "Instances this process keeps registered, by state.");
    }

    public void Registered(WriteResult result) => Add(_registrations, result);

    public void Renewed(WriteResult result) => Add(_renewals, result);

    private static void Add(Counter<long> counter, WriteResult result)
    {
        if (result == WriteResult.Done)
        {
            counter.Add(1);
            return;
        }

        counter.Add(1, new KeyValuePair<string, object?>("error.type", result switch
        {
            WriteResult.UnknownInstance => "unknown_instance",
            WriteResult.StaleEpoch => "stale_epoch",
            WriteResult.Refused => "refused",
            _ => "unavailable",
        }));
    }

    private static IEnumerable<Measurement<long>> Count(Registrar registrar) =>
        registrar.Instances
            .GroupBy(instance => instance.Status.State)
            .Select(group => new Measurement<long>(group.Count(), new KeyValuePair<string, object?>("state", group.Key switch
            {
                RegistrationState.Pending => "pending",
                RegistrationState.Registered => "registered",
                RegistrationState.Lost => "lost",
                RegistrationState.Refused => "refused",
                RegistrationState.Superseded => "superseded",
                _ => "ended",
            })));
}
