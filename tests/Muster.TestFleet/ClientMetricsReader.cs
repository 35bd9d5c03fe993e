using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Muster.TestFleet;

/// <summary>
/// Listens to the client's meter, as an exporter does: sums of the counters (<c>name{tag=value,...}</c>) over all clients of
/// the process, and how many instances each client leaves out.
/// </summary>
internal sealed class ClientMetricsReader : IDisposable
{
    private const string Endpoints = "muster.client.endpoints";

    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, double> _sums = new(StringComparer.Ordinal);
    private long _ejected;

    public ClientMetricsReader()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == "Muster.Client" && (instrument.GetType().Name.StartsWith("Counter", StringComparison.Ordinal) || instrument.Name == Endpoints))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>(Add);
        _listener.Start();
    }

    public IReadOnlyDictionary<string, double> Read() => new SortedDictionary<string, double>(_sums, StringComparer.Ordinal);

    /// <summary>How many instances the client leaves out that leaves out most: each client has a gauge of its own.</summary>
    public int ReadMostEjected()
    {
        _ejected = 0;
        _listener.RecordObservableInstruments();
        return (int)_ejected;
    }

    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state = null)
    {
        if (instrument.Name == Endpoints)
        {
            if (tags.Contains(new KeyValuePair<string, object?>("state", "ejected")))
            {
                _ejected = Math.Max(_ejected, (long)value);
            }

            return;
        }

        string name = instrument.Name;
        if (tags.Length > 0)
        {
            name += "{" + string.Join(',', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}")) + "}";
        }

        _sums.AddOrUpdate(name, value, (_, sum) => sum + value);
    }
}
