namespace Muster.Server.Telemetry;

/// <summary>The kinds of metric that Prometheus tells apart here.</summary>
internal enum MetricKind
{
    Gauge,
    Counter,
    Histogram,
}
