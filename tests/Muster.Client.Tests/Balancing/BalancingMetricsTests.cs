using System.Diagnostics.Metrics;
using Muster.Client.Balancing;

namespace Muster.Client.Tests.Balancing;

public sealed class BalancingMetricsTests
{
    [Fact]
    public void Collect_ServiceSpills_IsCountedWithPickersBuilt()
    {
        using var meter = new Meter("test");
        List<ServiceHandle> services = [];
        var metrics = new BalancingMetrics(meter, () => services);
        Dictionary<string, long> seen = [];
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter == meter)
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) =>
            seen[instrument.Name] = instrument is Counter<long> ? seen.GetValueOrDefault(instrument.Name) + value : value);
        listener.Start();
        using var balancer = new Balancer(new BalancerSettings { Zone = "a", Random = new Random(1), Metrics = metrics });
        services.Add(new ServiceHandle("payments", balancer));

        balancer.Update(new ServiceView("payments", [Fleet.Instance(0, zone: "b")], 1, ViewSource.Stream));
        balancer.Refresh();

        Assert.Equal(2, seen["muster.client.pickers"]);
        listener.RecordObservableInstruments();
        Assert.Equal(1, seen["muster.client.services.spilling"]);

        balancer.Update(new ServiceView("payments", [Fleet.Instance(0, zone: "a")], 2, ViewSource.Stream));
        listener.RecordObservableInstruments();
        Assert.Equal(0, seen["muster.client.services.spilling"]);
    }
}
