using System.Globalization;
using System.Text;
using Muster.Protocols.Consul.Http;

namespace Muster.Protocols.Consul.Metrics;

/// <summary>Writes the figures in Prometheus's text format, under Consul's names with underscores.</summary>
internal sealed class PrometheusNames(AgentMetrics metrics)
{
    private readonly StringBuilder _text = new();

    /// <summary>All of them.</summary>
    public string Write()
    {
        foreach (AgentGauge gauge in metrics.ReadGauges())
        {
            string name = gauge.Name.Replace('.', '_');
            Type(name, "gauge");
            Sample(name, gauge.Label.Length > 0 ? $"{gauge.Label}=\"{gauge.LabelValue}\"" : "", gauge.Value);
        }

        long requests = 0, reads = 0;
        Type("consul_api_http", "summary");
        foreach ((Route route, string method, RouteTiming timing) in metrics.ReadTimings())
        {
            TimingFigures total = timing.Total;
            (bool isRequest, bool isRead) = AgentMetrics.KindOf(route, method);
            requests += isRequest ? total.Count : 0;
            reads += isRead ? total.Count : 0;
            string labels = $"method=\"{method}\",path=\"{AgentMetrics.LabelOf(route)}\"";
            Sample("consul_api_http_sum", labels, total.Sum);
            Sample("consul_api_http_count", labels, total.Count);
        }

        Type("consul_rpc_query", "counter");
        Sample("consul_rpc_query", "", reads);
        Type("consul_rpc_request", "counter");
        Sample("consul_rpc_request", "", requests);
        return _text.ToString();
    }

    private void Type(string name, string type) => _text.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');

    private void Sample(string name, string labels, double value)
    {
        _text.Append(name);
        if (labels.Length > 0)
        {
            _text.Append('{').Append(labels).Append('}');
        }

        _text.Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
    }
}
