using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;

namespace Muster.Server.Telemetry;

/// <summary>One instrument and its series, one for each set of tags.</summary>
internal sealed class MetricFamily
{
    /// <summary>More sets of tags than this are a bug in the instrument; they are folded into the one without tags.</summary>
    private const int MaxSeries = 1000;

    private static readonly double[] DefaultBounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly ConcurrentDictionary<string, MetricSeries> _series = new();
    private readonly Instrument _instrument;
    private readonly MetricKind _kind;
    private readonly double[] _bounds;
    private readonly bool _adds;

    public MetricFamily(Instrument instrument)
    {
        _instrument = instrument;
        _kind = KindOf(instrument);
        _adds = !instrument.IsObservable && !instrument.GetType().Name.StartsWith("Gauge", StringComparison.Ordinal);
        _bounds = _kind == MetricKind.Histogram ? BoundsOf(instrument) : [];
        Name = NameOf(instrument, _kind);
    }

    /// <summary>The name in Prometheus's spelling, with unit and <c>_total</c>.</summary>
    public string Name { get; }

    /// <summary>Adds one measurement; any thread.</summary>
    public void Take(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string labels = tags.IsEmpty ? "" : LabelsOf(tags);
        if (!_series.TryGetValue(labels, out MetricSeries? series))
        {
            series = _series.GetOrAdd(_series.Count < MaxSeries ? labels : "", _ => new MetricSeries(_bounds));
        }

        switch (_kind)
        {
            case MetricKind.Histogram:
                series.Observe(value);
                break;
            case var _ when _adds:
                series.Add(value);
                break;
            default:
                series.Set(value);
                break;
        }
    }

    /// <summary>Writes the family; nothing when it has no series yet.</summary>
    public void Write(PrometheusWriter writer)
    {
        if (_series.IsEmpty)
        {
            return;
        }

        writer.Header(Name, _instrument.Description, _kind);
        foreach ((string labels, MetricSeries series) in _series.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (_kind == MetricKind.Histogram)
            {
                series.WriteHistogram(writer, Name, labels);
            }
            else
            {
                writer.Sample(Name, labels, series.Value);
            }
        }
    }

    private static MetricKind KindOf(Instrument instrument)
    {
        string type = instrument.GetType().Name;
        return type.StartsWith("Histogram", StringComparison.Ordinal) ? MetricKind.Histogram
            : type.StartsWith("Counter", StringComparison.Ordinal) || type.StartsWith("ObservableCounter", StringComparison.Ordinal) ? MetricKind.Counter
            : MetricKind.Gauge;
    }

    private static double[] BoundsOf(Instrument instrument) =>
        instrument is Histogram<double> { Advice.HistogramBucketBoundaries: { } advised } ? [.. advised] : DefaultBounds;

    private static string NameOf(Instrument instrument, MetricKind kind)
    {
        string name = instrument.Name.Replace('.', '_').Replace('-', '_');
        string unit = instrument.Unit switch
        {
            "By" => "_bytes",
            "s" => "_seconds",
            _ => "",
        };
        name = unit.Length > 0 && !name.EndsWith(unit, StringComparison.Ordinal) ? name + unit : name;
        return kind == MetricKind.Counter && !name.EndsWith("_total", StringComparison.Ordinal) ? name + "_total" : name;
    }

    private static string LabelsOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var text = new StringBuilder();
        foreach ((string name, object? value) in tags)
        {
            text.Append(text.Length == 0 ? "" : ",").Append(name.Replace('.', '_').Replace('-', '_')).Append("=\"");
            text.Append(value?.ToString()?.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n")).Append('"');
        }

        return text.ToString();
    }
}
