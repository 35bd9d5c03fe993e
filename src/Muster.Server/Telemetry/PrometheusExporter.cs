using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Muster.Server.Telemetry;

/// <summary>
/// Collects this program's instruments and writes them as Prometheus text (exposition format 0.0.4). Measurements are
/// added up as they are made; a scrape only reads. It touches no lock of the catalog.
/// </summary>
internal sealed class PrometheusExporter : IDisposable
{
    /// <summary>The meter that all of Muster's own instruments belong to.</summary>
    public const string MeterName = "Muster.Server";

    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<Instrument, MetricFamily> _families = new();
    private readonly Lock _scrape = new();

    public PrometheusExporter()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (IsShown(instrument))
            {
                listener.EnableMeasurementEvents(instrument, _families.GetOrAdd(instrument, static made => new MetricFamily(made)));
            }
        };
        _listener.SetMeasurementEventCallback<byte>((_, value, tags, family) => Take(family, value, tags));
        _listener.SetMeasurementEventCallback<int>((_, value, tags, family) => Take(family, value, tags));
        _listener.SetMeasurementEventCallback<long>((_, value, tags, family) => Take(family, value, tags));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, family) => Take(family, value, tags));
        _listener.Start();
    }

    /// <summary>The whole exposition.</summary>
    public string Scrape()
    {
        lock (_scrape)
        {
            _listener.RecordObservableInstruments();
            var writer = new PrometheusWriter();
            foreach (MetricFamily family in _families.Values.OrderBy(family => family.Name, StringComparer.Ordinal))
            {
                family.Write(writer);
            }

            return writer.ToString();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _listener.Dispose();

    /// <summary>
    /// Kestrel keeps tags and a start time on every connection for its duration; a registry's clients stay connected for
    /// days, so that their durations say little and would cost each watcher a quarter of a KiB.
    /// </summary>
    private static bool IsShown(Instrument instrument) => instrument.Meter.Name switch
    {
        MeterName => true,
        "Microsoft.AspNetCore.Server.Kestrel" => instrument.Name != "kestrel.connection.duration",
        _ => false,
    };

    private static void Take(object? family, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        // an instrument may lose its family between being read and being taken: its meter is being disposed
        if (family is MetricFamily known)
        {
            known.Take(value, tags);
        }
    }
}
