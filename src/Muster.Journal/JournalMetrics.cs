using System.Diagnostics.Metrics;

namespace Muster.Journal;

/// <summary>The journal's instruments on the meter <c>Muster.Server</c>.</summary>
internal sealed class JournalMetrics : IDisposable
{
    public const string MeterName = "Muster.Server";

    private readonly Meter? _ownMeter;
    private readonly Counter<long> _records;
    private readonly Counter<long> _bytes;
    private readonly Counter<long> _failures;
    private readonly Histogram<double> _syncDuration;

    public JournalMetrics(Journal journal, IMeterFactory? meters)
    {
        Meter meter = meters?.Create(new MeterOptions(MeterName)) ?? (_ownMeter = new Meter(MeterName));
        _records = meter.CreateCounter<long>("muster.journal.records", "{record}", "Records made durable.");
        _bytes = meter.CreateCounter<long>("muster.journal.written", "By", "Record bytes written to the log, framing included.");
        _failures = meter.CreateCounter<long>("muster.journal.failures", "{failure}", "Failed operations of the storage.");
        _syncDuration = meter.CreateHistogram(
            "muster.journal.sync.duration",
            "s",
            "Duration of one fdatasync, which makes one group durable.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1, 5] });
        meter.CreateObservableCounter(
            "muster.journal.dropped", () => journal.Status.DroppedRecords, "{record}", "Records not written while degraded.");
        meter.CreateObservableGauge("muster.journal.queued", () => journal.Status.QueuedBytes, "By", "Bytes waiting for the disk.");
        meter.CreateObservableGauge("muster.journal.segments", () => journal.Status.SegmentCount, "{file}", "Log files kept.");
        meter.CreateObservableGauge(
            "muster.journal.recovery.cut", () => journal.Recovery.BytesCut, "By", "Bytes of a torn write that the last start cut off.");
        meter.CreateObservableGauge(
            "muster.journal.degraded", () => journal.Status.State == JournalState.Degraded ? 1 : 0, description: "1 while records are not durable.");
    }

    public void Synced(int records, int bytes, TimeSpan duration)
    {
        _records.Add(records);
        _bytes.Add(bytes);
        _syncDuration.Record(duration.TotalSeconds);
    }

    public void Failed() => _failures.Add(1);

    public void Dispose() => _ownMeter?.Dispose();
}
