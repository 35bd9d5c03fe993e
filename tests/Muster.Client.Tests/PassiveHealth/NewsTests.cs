using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Muster.Client.Balancing;
using Muster.Client.PassiveHealth;
using Muster.Testing;

namespace Muster.Client.Tests.PassiveHealth;

public sealed class NewsTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly Meter _meter = new("news");
    private readonly Recorder _log = new();
    private readonly ServiceHealth _health;
    private readonly Balancer _balancer;

    public NewsTests()
    {
        var metrics = new PassiveHealthMetrics(_meter);
        _health = new ServiceHealth(new ServiceHealthSettings
        {
            Service = "payments",
            Ejection = new EjectionOptions { Jitter = 0 },
            Time = _time,
            Random = new Random(1),
            Logger = _log,
            Metrics = metrics,
        });
        metrics.Add(_health);
        _balancer = new Balancer(new BalancerSettings { Availability = _health, Time = _time, Random = new Random(1) });
    }

    [Fact]
    public void Changes_AreLoggedAndCounted_AndNothingElse()
    {
        var counts = new Dictionary<string, long>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, own) =>
            {
                if (instrument.Meter == _meter)
                {
                    own.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            string name = $"{instrument.Name[14..]} {(tags.IsEmpty ? "" : tags[0].Value)}".Trim();
            counts[name] = instrument.IsObservable ? value : counts.GetValueOrDefault(name) + value;
        });
        listener.Start();
        Show(InstanceHealth.Passing);

        Call(0, CallResult.ConnectionRefused);
        Call(1, CallResult.ConnectionRefused);
        Call(1, CallResult.Success);
        _time.Advance(TimeSpan.FromSeconds(6));
        Call(0, CallResult.Success);
        listener.RecordObservableInstruments();
        Assert.Equal((2, 0, 0, 1), (counts["endpoints available"], counts["endpoints unhealthy"], counts["endpoints ejected"], counts["endpoints on_trial"]));
        Call(0, CallResult.Success);
        Show(InstanceHealth.Critical);
        Call(2, CallResult.Success);
        listener.RecordObservableInstruments();
        Assert.Equal(1, counts["panics"]);
        Show(InstanceHealth.Passing);
        Call(2, CallResult.Success);

        Assert.Equal(
            [
                "payments: instance p-0 on n is ejected for 5.0 s (ConnectionRefused, ejection 1)",
                "payments: instance p-0 on n is on trial",
                "payments: instance p-0 on n is in use again",
                "payments: too few instances are healthy, so unhealthy ones are used as well",
                "payments: enough instances are healthy again",
            ],
            _log.Lines);
        Assert.Equal((1, 1), (counts["ejections connection_refused"], counts["ejections.prevented connection_refused"]));
    }

    public void Dispose()
    {
        _balancer.Dispose();
        _health.Dispose();
        _meter.Dispose();
    }

    private void Show(InstanceHealth health) => _balancer.Update(new ServiceView(
        "payments", [.. Enumerable.Range(0, 3).Select(i => HealthFixture.Instance(i) with { Node = "n", Health = health })], 1, ViewSource.Stream));

    private void Call(int target, CallResult result)
    {
        _time.Advance(TimeSpan.FromMilliseconds(1));
        HealthFixture.Call(_balancer.Targets[target], result);
    }

    private sealed class Recorder : ILogger
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add(formatter(state, exception));
    }
}
