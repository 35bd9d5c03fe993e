using Muster.Protocols.Consul.Tests.Agent;
using Muster.Protocols.Consul.Tests.Support;

namespace Muster.Protocols.Consul.Tests.Coordinates;

public sealed class CoordinateTests : IAsyncLifetime
{
    private const string Update = "/v1/coordinate/update";
    private const string Zeros = "{\"Node\":\"vm\",\"Segment\":\"\",\"Coord\":{\"Vec\":[0,0,0,0,0,0,0,0],\"Error\":1.5,\"Adjustment\":0,\"Height\":0.00001}}";
    private ConsulHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await ConsulHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData("/v1/coordinate/nodes", "[" + Zeros + "]")]
    [InlineData("/v1/coordinate/nodes?segment=x", "[]")]
    [InlineData("/v1/coordinate/node/VM", "[" + Zeros + "]")]
    [InlineData("/v1/coordinate/datacenters", "[{\"Datacenter\":\"dc1\",\"AreaID\":\"wan\",\"Coordinates\":[" + Zeros + "]}]")]
    public async Task Get_NothingMeasured_IsZeros(string path, string json)
    {
        ConsulAnswer answer = await _host.GetAsync(path);
        Assert.Equal((200, json), (answer.Status, answer.Text));
        Assert.Equal(!path.EndsWith("datacenters", StringComparison.Ordinal), answer.Headers.ContainsKey("X-Consul-Index"));
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("silent")]
    public async Task GetNode_Unknown_Is404WithIndex(string node)
    {
        _host.Catalog.AddNode("silent");
        ConsulAnswer answer = await _host.GetAsync("/v1/coordinate/node/" + node);
        Assert.Equal((404, ""), (answer.Status, answer.Text));
        Assert.NotEqual(0, answer.Index);
    }

    [Fact]
    public async Task Update_Measured_IsShownAsGiven()
    {
        _host.Catalog.AddNode("far");
        await _host.PutOkAsync(Update, "{\"Node\":\"far\",\"segment\":\"s\",\"Coord\":{\"Vec\":[0.5,-1e-7,0,0,0,0,0,1],\"Error\":0.25,\"Adjustment\":-0.001,\"Height\":0.002}}");
        await _host.PutOkAsync(Update, "{\"Node\":\"gone\",\"Coord\":{\"Vec\":[0,0,0,0,0,0,0,0]}}");
        ConsulAnswer answer = await _host.GetAsync("/v1/coordinate/nodes");
        Assert.Equal(
            "[{\"Node\":\"far\",\"Segment\":\"s\",\"Coord\":{\"Vec\":[0.5,-1e-7,0,0,0,0,0,1],\"Error\":0.25,\"Adjustment\":-0.001,\"Height\":0.002}}," + Zeros + "]",
            answer.Text);
    }

    [Theory]
    [InlineData("{\"Node\":\"vm\",\"Coord\":{\"Vec\":[1,2,3]}}", 500, "incompatible coordinate")]
    [InlineData("{\"Node\":\"vm\"}", 500, "incompatible coordinate")]
    [InlineData("{\"Coord\":{\"Vec\":[0,0,0,0,0,0,0,0]}}", 500, "Must provide node")]
    [InlineData("{\"Node\":\"vm\",\"Datacenter\":\"dc2\"}", 500, "No path to datacenter")]
    [InlineData("{\"Node\":\"vm\",\"Coord\":{\"Vec\":[\"a\"]}}", 400, "Request decode failed: json: cannot unmarshal string into Go struct field Coordinate.Coord.Vec of type float64")]
    [InlineData("{\"Nod\":\"vm\"}", 400, "Request decode failed: json: unknown field \"Nod\"")]
    public async Task Update_Invalid_IsRefused(string body, int status, string text) => await _host.PutRefusedAsync(Update, body, status, text);

    [Theory]
    [InlineData("/v1/catalog/nodes?near=far", "far near vm mute")]
    [InlineData("/v1/catalog/nodes?near=_agent", "vm near far mute")]
    [InlineData("/v1/catalog/nodes?near=nobody", "far mute near vm")]
    [InlineData("/v1/catalog/nodes?near=mute", "far mute near vm")]
    [InlineData("/v1/catalog/nodes?near=", "far mute near vm")]
    [InlineData("/v1/health/service/web?near=far", "far near vm mute")]
    [InlineData("/v1/health/service/web?near=near&tag=a", "near far mute")]
    [InlineData("/v1/health/service/web?near=near&passing", "near far vm")]
    [InlineData("/v1/catalog/service/web?near=VM", "vm near far mute")]
    [InlineData("/v1/catalog/service/web", "far mute near vm")]
    public async Task Get_Near_IsSortedByTheReportedCoordinates(string path, string order)
    {
        foreach ((string node, double at) in ((string, double)[])[("far", 0.5), ("near", 0.3), ("mute", 0)])
        {
            _host.Catalog.AddNode(node);
            _host.Catalog.Add("web", "web-" + node, node == "mute" ? Model.HealthStatus.Warning : Model.HealthStatus.Passing, node, "a");
            if (at > 0)
            {
                await _host.PutOkAsync(Update, $"{{\"Node\":\"{node}\",\"Coord\":{{\"Vec\":[{at},0,0,0,0,0,0,0],\"Height\":0.001}}}}");
            }
        }

        _host.Catalog.Add("web", "web-vm");
        ConsulAnswer answer = await _host.GetAsync(path);
        Assert.Equal(order, string.Join(' ', answer.Json!.AsArray().Select(entry => (string)(entry!["Node"]! is System.Text.Json.Nodes.JsonObject node ? node["Node"] : entry["Node"])!)));
        Assert.NotEqual(0, answer.Index);
    }

    [Fact]
    public async Task Get_WithTranslation_SaysSoInEveryAnswer()
    {
        await using ConsulHost host = await ConsulHost.StartAsync(new ConsulOptions { TranslateWanAddresses = true });
        foreach (string path in (string[])["/v1/status/leader", "/v1/health/service/x", "/v1/health/service/"])
        {
            Assert.Equal("true", (await host.GetAsync(path)).Headers["X-Consul-Translate-Addresses"]);
        }

        Assert.False((await _host.GetAsync("/v1/status/leader")).Headers.ContainsKey("X-Consul-Translate-Addresses"));
    }
}
