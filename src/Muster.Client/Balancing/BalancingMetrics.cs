using System.Diagnostics.Metrics;

namespace Muster.Client.Balancing;

/// <summary>The instruments of balancing, on the client's meter. Picks are not counted: a counter would cost more than the pick.</summary>
internal sealed class BalancingMetrics
{
    private readonly Counter<long> _built;

    /// <param name="meter">The client's meter.</param>
    /// <param name="services">The services in use, read when somebody collects.</param>
    public BalancingMetrics(Meter meter, Func<IEnumerable<ServiceHandle>> services)
    {
        _built = meter.CreateCounter<long>("muster.client.pickers", "{picker}", "Pickers that were built because a list, the availability of an instance or a slow start went on.");
        meter.CreateObservableGauge(
            "muster.client.services.spilling",
            () => services().LongCount(service => service.Balancer.Spills),
            "{service}",
            "Services in use part of whose picks leave the zone of this process.");
    }

    public void Built() => _built.Add(1);
}
