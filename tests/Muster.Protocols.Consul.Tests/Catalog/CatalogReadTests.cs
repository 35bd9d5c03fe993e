using Muster.Model;
using Muster.Protocols.Consul.Tests.Support;

namespace Muster.Protocols.Consul.Tests.Catalog;

public sealed class CatalogReadTests : IAsyncLifetime
{
    private ConsulHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await ConsulHost.StartAsync();
        _host.Catalog.AddNode("edge", new KeyValuePair<string, string>("rack", "r1"));
        _host.Catalog.Add("web", "web-1", HealthStatus.Critical, "vm", "v1", "blue");
        _host.Catalog.Add("web", "web-2", HealthStatus.Passing, "edge", "v2", "blue");
        _host.Catalog.Add("Api", "api-1");
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData("", """{"Api":[],"consul":[],"web":["v2","blue","v1"]}""")]
    [InlineData("?node-meta=rack:r1", """{"web":["v2","blue"]}""")]
    [InlineData("?node-meta=rack:r2", "{}")]
    public async Task Services_Always_NamesThemWithTheirTags(string query, string expected) =>
        Assert.Equal(expected, (await _host.GetAsync($"/v1/catalog/services{query}")).Text);

    [Fact]
    public async Task Services_AfterAChange_AreNotTheKeptOnes()
    {
        _ = await _host.GetAsync("/v1/catalog/services");
        _host.Catalog.Add("web", "web-1", HealthStatus.Critical, "vm", "v3");

        Assert.Contains("v3", (await _host.GetAsync("/v1/catalog/services")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Service_Row_IsWrittenAsConsulDoes()
    {
        Muster.Catalog.Instance shown = _host.Catalog.FindService("api")!.Instances[0];

        ConsulAnswer answer = await _host.GetAsync("/v1/catalog/service/api");

        Assert.Equal(
            $$$"""
            [{"ID":"{{{TestCatalog.NodeId}}}","Node":"vm","Address":"127.0.0.1","Datacenter":"dc1",
            "TaggedAddresses":{"lan":"127.0.0.1","lan_ipv4":"127.0.0.1","wan":"127.0.0.1","wan_ipv4":"127.0.0.1"},
            "NodeMeta":{"consul-network-segment":""},"ServiceKind":"","ServiceID":"api-1","ServiceName":"Api","ServiceTags":[],
            "ServiceAddress":"10.0.0.1","ServiceTaggedAddresses":{"lan_ipv4":{"Address":"10.0.0.1","Port":80},
            "wan_ipv4":{"Address":"10.0.0.1","Port":80}},"ServiceWeights":{"Passing":1,"Warning":1},"ServiceMeta":{},
            "ServicePort":80,"ServiceSocketPath":"","ServiceEnableTagOverride":false,
            "ServiceProxy":{"Mode":"","MeshGateway":{},"Expose":{}},"ServiceConnect":{},
            "CreateIndex":{{{shown.CreateIndex}}},"ModifyIndex":{{{shown.ModifyIndex}}}}]
            """.Replace("\n", ""),
            answer.Text);
    }

    [Theory]
    [InlineData("web", "web-2,web-1")]
    [InlineData("web?tag=V1&tag=blue", "web-1")]
    [InlineData("web?node-meta=rack:r1", "web-2")]
    [InlineData("none", "")]
    public async Task Service_Filtered_IgnoresHealthAndKeepsTheOrder(string path, string ids)
    {
        ConsulAnswer answer = await _host.GetAsync($"/v1/catalog/service/{path}");

        Assert.Equal(ids, string.Join(',', answer.Json!.AsArray().Select(static row => (string)row!["ServiceID"]!)));
    }

    [Theory]
    [InlineData("", "edge,vm")]
    [InlineData("?node-meta=rack:r1", "edge")]
    public async Task Nodes_Filtered_AreSortedByName(string query, string names)
    {
        ConsulAnswer answer = await _host.GetAsync($"/v1/catalog/nodes{query}");

        Assert.Equal(names, string.Join(',', answer.Json!.AsArray().Select(static node => (string)node!["Node"]!)));
    }

    [Fact]
    public async Task Nodes_WithoutIdOrTaggedAddresses_ShowEmptyAndNull()
    {
        _host.Catalog.AddNode("bare");

        ConsulAnswer answer = await _host.GetAsync("/v1/catalog/node/bare");

        Assert.StartsWith(
            """{"Node":{"ID":"","Node":"bare","Address":"10.1.0.1","Datacenter":"dc1","TaggedAddresses":null,"Meta":null,"CreateIndex":""",
            answer.Text, StringComparison.Ordinal);
        Assert.EndsWith(""","Services":{}}""", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("VM")]
    [InlineData(TestCatalog.NodeId)]
    public async Task Node_ByNameOrId_ShowsItsServicesById(string node)
    {
        ConsulAnswer map = await _host.GetAsync($"/v1/catalog/node/{node}");
        ConsulAnswer list = await _host.GetAsync($"/v1/catalog/node-services/{node}");

        string[] ids = ["api-1", "consul", "web-1"];
        Assert.Equal(ids, map.Json!["Services"]!.AsObject().Select(static pair => pair.Key));
        Assert.Equal(ids, list.Json!["Services"]!.AsArray().Select(static service => (string)service!["ID"]!));
        Assert.Equal("null", map.Json!["Services"]!["web-1"]!["Meta"]?.ToJsonString() ?? "null");
    }

    [Fact]
    public async Task Node_Unknown_IsNullAndNot404()
    {
        ConsulAnswer map = await _host.GetAsync("/v1/catalog/node/none");

        Assert.Equal((200, "null"), (map.Status, map.Text));
        Assert.True(map.Index > 0);
        Assert.Equal("""{"Node":null,"Services":null}""", (await _host.GetAsync("/v1/catalog/node-services/none")).Text);
    }

    [Theory]
    [InlineData("/v1/catalog/datacenters", "[\"dc1\"]")]
    [InlineData("/v1/catalog/connect/web", "[]")]
    [InlineData("/v1/catalog/gateway-services/gw", "[]")]
    [InlineData("/v1/status/leader", "\"127.0.0.1:8300\"")]
    [InlineData("/v1/status/peers", "[\"127.0.0.1:8300\"]")]
    public async Task Fixed_Answers_AreTheseBytes(string path, string expected) =>
        Assert.Equal(expected, (await _host.GetAsync(path)).Text);
}
