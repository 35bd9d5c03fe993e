using System.Diagnostics.Metrics;

namespace Muster.Journal.Tests;

public sealed class JournalMetricsTests
{
    [Fact]
    public async Task Instruments_AfterOneGroup_AreOnTheServersMeter()
    {
        using var factory = new Factory();
        using var listener = new MeterListener();
        var seen = new Dictionary<string, double>();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (factory.Owns(instrument.Meter))
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => Note(instrument, value));
        listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => Note(instrument, value));
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => Note(instrument, value));
        listener.Start();

        using var journal = Journal.Open(
            new JournalOptions { PreallocateBytes = 0 }, (_, _, _) => { }, new MemoryStorage(), meters: factory);
        Assert.True(await journal.WaitDurableAsync(journal.Append("record"u8)));
        listener.RecordObservableInstruments();

        Assert.Equal(1, seen["muster.journal.records"]);
        Assert.Equal(Frame.HeaderBytes + 6, seen["muster.journal.written"]);
        Assert.Contains("muster.journal.sync.duration", seen.Keys);
        Assert.Equal(0, seen["muster.journal.degraded"]);
        Assert.Equal(1, seen["muster.journal.segments"]);
        Assert.Equal(0, seen["muster.journal.dropped"]);

        void Note(Instrument instrument, double value)
        {
            lock (seen)
            {
                seen[instrument.Name] = value;
            }
        }
    }

    private sealed class Factory : IMeterFactory
    {
        private readonly List<Meter> _meters = [];

        public bool Owns(Meter meter) => meter.Name == "Muster.Server" && meter.Scope == this;

        public Meter Create(MeterOptions options)
        {
            options.Scope = this;
            var meter = new Meter(options);
            _meters.Add(meter);
            return meter;
        }

        public void Dispose() => _meters.ForEach(meter => meter.Dispose());
    }
}
