using System.Text.Json.Nodes;
using Muster.Protocols.Consul.Tests.Support;

namespace Muster.Protocols.Consul.Tests.Metrics;

public sealed class MetricsTests : IAsyncLifetime
{
    private const string Path = "/v1/agent/metrics";

    private readonly FakeAgentHost _process = new();
    private ConsulHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await ConsulHost.StartAsync(host: _process);

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Json_HasTheShapeOfConsul()
    {
        _host.Catalog.Add("web", "web-1");
        await _host.GetAsync("/v1/catalog/service/web");
        await _host.GetAsync("/v1/catalog/service/web");
        await _host.GetAsync("/v1/status/leader");
        JsonNode metrics = (await _host.GetAsync(Path)).Json!;
        Assert.Equal(["Timestamp", "Gauges", "Points", "Counters", "Samples"], metrics.AsObject().Select(pair => pair.Key));
        Assert.Matches(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d0 \+0000 UTC$", (string)metrics["Timestamp"]!);
        JsonNode services = Find(metrics["Gauges"]!, "consul.state.services");
        Assert.Equal(["Name", "Value", "Labels"], services.AsObject().Select(pair => pair.Key));
        Assert.Equal((2, "dc1"), ((int)services["Value"]!, (string)services["Labels"]!["datacenter"]!));
        Assert.Equal("{}", Find(metrics["Gauges"]!, "consul.autopilot.healthy")["Labels"]!.ToJsonString());
        JsonNode sample = metrics["Samples"]!.AsArray().Single(each => (string)each!["Labels"]!["path"]! == "v1_catalog_service_")!;
        Assert.Equal(["Name", "Count", "Rate", "Sum", "Min", "Max", "Mean", "Stddev", "Labels"], sample.AsObject().Select(pair => pair.Key));
        Assert.Equal(("consul.api.http", 2, "GET"), ((string)sample["Name"]!, (int)sample["Count"]!, (string)sample["Labels"]!["method"]!));
        Assert.Equal((2, 3), ((int)Find(metrics["Counters"]!, "consul.rpc.query")["Count"]!, (int)Find(metrics["Counters"]!, "consul.rpc.request")["Count"]!));
    }

    [Fact]
    public async Task Json_AfterAnInterval_ShowsTheFinishedOne()
    {
        await _host.GetAsync("/v1/status/leader");
        _host.Time.Advance(TimeSpan.FromSeconds(10));
        await _host.GetAsync("/v1/status/peers");
        JsonNode metrics = (await _host.GetAsync(Path)).Json!;
        Assert.Equal("v1_status_leader", (string)Assert.Single(metrics["Samples"]!.AsArray())!["Labels"]!["path"]!);
        _host.Time.Advance(TimeSpan.FromSeconds(20));
        Assert.Empty((await _host.GetAsync(Path)).Json!["Samples"]!.AsArray());
    }

    [Theory]
    [InlineData("?format=prometheus", "*/*")]
    [InlineData("", "text/plain;version=0.4.0;q=0.5")]
    [InlineData("", "application/openmetrics-text; version=1.0.0, */*;q=0.1")]
    public async Task Prometheus_Off_Is415(string query, string accept)
    {
        ConsulAnswer answer = await GetAsync(query, accept);
        const string Why = "Prometheus is not enabled since its retention time is not positive";
        Assert.Equal((415, Why, Why), (answer.Status, answer.Text, answer.Headers["X-Consul-Reason"]));
    }

    [Fact]
    public async Task Prometheus_On_HasBothNames()
    {
        _process.ServesPrometheus = true;
        await _host.GetAsync("/v1/catalog/nodes");
        ConsulAnswer answer = await GetAsync("?format=prometheus", "*/*");
        Assert.Equal((200, "text/plain; version=0.0.4; charset=utf-8"), (answer.Status, answer.Headers["Content-Type"]));
        foreach (string line in (string[])["muster_up 1", "# TYPE consul_state_nodes gauge", "consul_state_nodes{datacenter=\"dc1\"} 1", "consul_autopilot_healthy 1",
            "consul_api_http_count{method=\"GET\",path=\"v1_catalog_nodes\"} 1", "consul_rpc_query 1", "consul_rpc_queries_blocking 0"])
        {
            Assert.Contains(line, answer.Text.Split('\n'));
        }
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("text/plain;version=0.0.4")]
    [InlineData("application/json")]
    public async Task OtherMediaTypes_GetJson(string accept) => Assert.Equal("application/json", (await GetAsync("", accept)).Headers["Content-Type"]);

    private async Task<ConsulAnswer> GetAsync(string query, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Path + query);
        request.Headers.Accept.ParseAdd(accept);
        using HttpResponseMessage response = await _host.Client.SendAsync(request, TestContext.Current.CancellationToken);
        return await ConsulAnswer.ReadAsync(response);
    }

    private static JsonNode Find(JsonNode list, string name) => list.AsArray().Single(each => (string)each!["Name"]! == name)!;
}
