using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Muster.Protocols.Consul.Agent;
using Muster.Protocols.Consul.Http;
using Muster.Protocols.Consul.Json;

namespace Muster.Protocols.Consul.Metrics;

/// <summary><c>GET /v1/agent/metrics</c>: one interval of ten seconds as JSON, or everything since the start for Prometheus.</summary>
internal sealed class MetricsReads(AgentMetrics metrics, IAgentHost host, TimeProvider time)
{
    private const string PrometheusIsOff = "Prometheus is not enabled since its retention time is not positive";
    private const string PrometheusType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly long _firstInterval = RouteTiming.IntervalOf(time, time.GetTimestamp());

    /// <summary>The route's handler.</summary>
    public Task HandleAsync(ConsulRequest request)
    {
        if (!WantsPrometheus(request))
        {
            return JsonAsync(request);
        }

        if (!host.ServesPrometheus)
        {
            request.Context.Response.Headers[ConsulHeaders.Reason] = PrometheusIsOff;
            return ConsulResponse.ErrorAsync(request.Context, StatusCodes.Status415UnsupportedMediaType, PrometheusIsOff);
        }

        string text = host.PrometheusText() + new PrometheusNames(metrics).Write();
        return ConsulResponse.TextAsync(request.Context, text, PrometheusType);
    }

    /// <summary>By parameter, or by one of the two media types that Prometheus asks for.</summary>
    private static bool WantsPrometheus(in ConsulRequest request)
    {
        if (request.Find("format") == "prometheus")
        {
            return true;
        }

        foreach (string type in request.Context.Request.Headers.Accept.ToString().ToLowerInvariant().Split(','))
        {
            string[] parts = type.Split(';', StringSplitOptions.TrimEntries);
            if (parts[0] == "application/openmetrics-text" || parts is ["text/plain", "version=0.4.0", ..])
            {
                return true;
            }
        }

        return false;
    }

    private Task JsonAsync(in ConsulRequest request)
    {
        long interval = RouteTiming.IntervalOf(time, time.GetTimestamp());

        // the last one that is over; in the first ten seconds the one that has begun
        bool finished = interval > _firstInterval;
        var timings = metrics.ReadTimings()
            .Select(each => (each.Route, each.Method, Figures: each.Timing.Read(interval, finished))).Where(static each => each.Figures.Count > 0).ToList();
        GoJsonWriter json = GoJsonWriter.Rent();
        json.BeginObject();
        json.Name("Timestamp"u8);
        json.Text(TimestampOf(finished));
        WriteGauges(json);
        json.Name("Points"u8);
        json.Raw("[]"u8);
        json.Name("Counters"u8);
        json.BeginArray();
        WriteCounter(json, "consul.rpc.query", timings.Where(static each => AgentMetrics.KindOf(each.Route, each.Method).IsRead).Sum(static each => each.Figures.Count));
        WriteCounter(json, "consul.rpc.request", timings.Where(static each => AgentMetrics.KindOf(each.Route, each.Method).IsRequest).Sum(static each => each.Figures.Count));
        json.EndArray();
        json.Name("Samples"u8);
        json.BeginArray();
        foreach ((Route route, string method, TimingFigures figures) in timings)
        {
            WriteSample(json, "consul.api.http", figures, ("method", method), ("path", AgentMetrics.LabelOf(route)));
        }

        json.EndArray();
        json.EndObject();
        return ConsulResponse.JsonAsync(request, json);
    }

    private string TimestampOf(bool finished)
    {
        long seconds = time.GetUtcNow().ToUnixTimeSeconds() / RouteTiming.IntervalSeconds;
        DateTimeOffset start = DateTimeOffset.FromUnixTimeSeconds((seconds - (finished ? 1 : 0)) * RouteTiming.IntervalSeconds);
        return start.ToString("yyyy-MM-dd HH:mm:ss '+0000 UTC'", CultureInfo.InvariantCulture);
    }

    private void WriteGauges(GoJsonWriter json)
    {
        json.Name("Gauges"u8);
        json.BeginArray();
        foreach (AgentGauge gauge in metrics.ReadGauges())
        {
            json.BeginObject();
            json.Name("Name"u8);
            json.Text(gauge.Name);
            Number(json, "Value"u8, gauge.Value);
            if (gauge.Label.Length > 0)
            {
                WriteLabels(json, (gauge.Label, gauge.LabelValue));
            }
            else
            {
                WriteLabels(json);
            }

            json.EndObject();
        }

        json.EndArray();
    }

    /// <summary>A counter of single events; none in the interval, no line, as in Consul.</summary>
    private static void WriteCounter(GoJsonWriter json, string name, long count)
    {
        if (count > 0)
        {
            WriteSample(json, name, new TimingFigures(count, count, count, 1, 1));
        }
    }

    private static void WriteSample(GoJsonWriter json, string name, TimingFigures figures, params ReadOnlySpan<(string Name, string Value)> labels)
    {
        json.BeginObject();
        json.Name("Name"u8);
        json.Text(name);
        json.Name("Count"u8);
        json.Number(figures.Count);
        Number(json, "Rate"u8, figures.Sum / RouteTiming.IntervalSeconds);
        Number(json, "Sum"u8, figures.Sum);
        Number(json, "Min"u8, figures.Min);
        Number(json, "Max"u8, figures.Max);
        Number(json, "Mean"u8, figures.Mean);
        Number(json, "Stddev"u8, figures.Deviation);
        WriteLabels(json, labels);
        json.EndObject();
    }

    private static void WriteLabels(GoJsonWriter json, params ReadOnlySpan<(string Name, string Value)> labels)
    {
        json.Name("Labels"u8);
        json.BeginObject();
        foreach ((string name, string value) in labels)
        {
            json.Key(name);
            json.Text(value);
        }

        json.EndObject();
    }

    private static void Number(GoJsonWriter json, ReadOnlySpan<byte> name, double value)
    {
        json.Name(name);
        json.Raw(Encoding.ASCII.GetBytes(value.ToString("R", CultureInfo.InvariantCulture)));
    }
}
