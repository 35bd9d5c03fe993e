using System.Diagnostics;
using System.Diagnostics.Metrics;
using Muster.Model;

namespace Muster.Checks;

/// <summary>What the scheduler tells about itself.</summary>
internal sealed class CheckMetrics
{
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _lateness;
    private readonly Counter<long> _excused;
    private readonly Counter<long> _refusals;

    public CheckMetrics(Meter meter, Func<int> registered, Func<int> running, Func<int> localHealth)
    {
        InstrumentAdvice<double> seconds = new()
        {
            HistogramBucketBoundaries = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
        };
        _duration = meter.CreateHistogram("muster.checks.duration", "s", "How long probes took.", advice: seconds);
        _lateness = meter.CreateHistogram("muster.checks.lateness", "s", "How long after their due time probes started.", advice: seconds);
        _excused = meter.CreateCounter<long>("muster.checks.excused", "{run}", "Time-outs not counted because the server itself was starved.");
        _refusals = meter.CreateCounter<long>("muster.checks.report_failures", "{result}", "Results that whoever takes them failed on.");
        meter.CreateObservableGauge("muster.checks.registered", registered, "{check}", "Probes scheduled.");
        meter.CreateObservableGauge("muster.checks.running", running, "{run}", "Probes running now.");
        meter.CreateObservableGauge("muster.checks.local_health", localHealth, "{score}", "How much this process is starved: 0 not at all, 8 so that timeouts are nine times as long.");
    }

    public void Started(TimeSpan lateness) => _lateness.Record(lateness.TotalSeconds);

    public void Ended(CheckKind kind, HealthStatus status, TimeSpan duration)
    {
        TagList tags = default;
        tags.Add("kind", kind.ToText());
        tags.Add("status", status.ToText());
        _duration.Record(duration.TotalSeconds, tags);
    }

    public void Excused() => _excused.Add(1);

    public void ReportFailed() => _refusals.Add(1);
}
