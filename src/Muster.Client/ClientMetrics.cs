using System.Diagnostics.Metrics;
using Muster.Client.Directory;

namespace Muster.Client;

/// <summary>
/// The instruments of one client, on the meter <c>Muster.Client</c>. Each part of the client adds its own here. Names of
/// services, instances and callers never become tags: their number has no bound.
/// </summary>
internal sealed class ClientMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Muster.Client";

    private const string ReasonTag = "reason";
    private readonly Meter _meter;
    private readonly Counter<long> _connects;
    private readonly Counter<long> _disconnects;
    private readonly Counter<long> _rejected;
    private readonly Counter<long> _held;
    private readonly Counter<long> _views;
    private readonly Counter<long> _polls;
    private readonly Counter<long> _snapshots;
    private readonly Histogram<double> _firstLookups;

    public ClientMetrics(IMeterFactory? factory)
    {
        _meter = factory?.Create(MeterName) ?? new Meter(MeterName);
        _connects = _meter.CreateCounter<long>("muster.client.stream.connects", "{connection}", "Watch streams that began.");
        _disconnects = _meter.CreateCounter<long>("muster.client.stream.disconnects", "{connection}", "Watch streams that ended or did not begin, by reason.");
        _rejected = _meter.CreateCounter<long>("muster.client.answers.rejected", "{answer}", "Answers of the registry that could not be believed and were ignored, by reason.");
        _held = _meter.CreateCounter<long>("muster.client.answers.held", "{answer}", "Lists that lacked instances without evidence, so that the known ones were kept.");
        _views = _meter.CreateCounter<long>("muster.client.views", "{view}", "New lists of instances that were put to use, by source.");
        _polls = _meter.CreateCounter<long>("muster.client.polls", "{poll}", "Polls while there was no watch stream, by outcome.");
        _snapshots = _meter.CreateCounter<long>("muster.client.snapshots", "{operation}", "Reads and writes of the snapshot on disk, by outcome.");
        _firstLookups = _meter.CreateHistogram<double>(
            "muster.client.resolution.duration",
            "s",
            "How long lookups waited that found nothing known yet.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] });
    }

    /// <summary>The meter, for the instruments of other parts.</summary>
    public Meter Meter => _meter;

    /// <summary>Shows the state of the directory, read when somebody collects.</summary>
    public void Observe(Func<IEnumerable<Measurement<long>>> services, Func<double> oldestSeconds)
    {
        _meter.CreateObservableGauge("muster.client.services", services, "{service}", "Services in use, by freshness: fresh, stale or unknown.");
        _meter.CreateObservableGauge("muster.client.cache.age", oldestSeconds, "s", "Time since the registry last confirmed the list that waits longest for it.");
    }

    public void Connected() => _connects.Add(1);

    public void Disconnected(string reason) => _disconnects.Add(1, new KeyValuePair<string, object?>(ReasonTag, reason));

    public void Rejected(RejectReason reason) => _rejected.Add(1, new KeyValuePair<string, object?>(ReasonTag, reason.ToTag()));

    public void Held() => _held.Add(1);

    public void Published(ViewSource source) => _views.Add(1, new KeyValuePair<string, object?>("source", source switch
    {
        ViewSource.Stream => "stream",
        ViewSource.Poll => "poll",
        _ => "disk",
    }));

    public void Polled(string outcome) => _polls.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    public void Snapshot(string outcome) => _snapshots.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    public void FirstLookup(TimeSpan waited, string? error)
    {
        if (error is null)
        {
            _firstLookups.Record(waited.TotalSeconds);
        }
        else
        {
            _firstLookups.Record(waited.TotalSeconds, new KeyValuePair<string, object?>("error.type", error));
        }
    }

    public void Dispose() => _meter.Dispose();
}
