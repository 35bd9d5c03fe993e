using System.Text.Json.Nodes;
using Muster.Catalog;
using Muster.Model;
using Muster.Protocols.Consul.Tests.Support;

namespace Muster.Protocols.Consul.Tests.Agent;

/// <summary>What the agent's endpoints do when several servers, each with its own node, share the catalog.</summary>
public sealed class OtherServerTests : IAsyncLifetime
{
    private const string Near = "vm", Far = "server-b", Farther = "server-c";
    private ConsulHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await ConsulHost.StartAsync();
        foreach (string name in (string[])[Far, Farther])
        {
            var node = new NodeDefinition
            {
                Name = name, Id = $"{name}-0000", Address = "10.2.0.1", Datacenter = "dc1", Metadata = [new("consul-network-segment", "")],
            };
            Assert.True(_host.Catalog.RegisterNode(node).Ok);
            var check = new CheckDefinition { Id = "serfHealth", Name = "Serf Health Status" };
            Assert.True(_host.Catalog.RegisterCheck(name, null, check, HealthStatus.Passing, "Agent alive and reachable").Ok);
            _host.Catalog.Add("consul", "consul", node: name);
        }

        _host.Catalog.Add("web", "here");
        _host.Catalog.Add("web", "far", node: Far);
        _host.Catalog.Add("web", "twice", node: Far);
        _host.Catalog.Add("web", "twice", node: Farther);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Lists_ShowTheAnsweringServersNodeOnly()
    {
        Assert.Equal(["here"], KeysOf((await _host.GetAsync("/v1/agent/services")).Json!));
        Assert.Equal(["service:here"], KeysOf((await _host.GetAsync("/v1/agent/checks")).Json!));
        Assert.Equal(200, (await _host.GetAsync("/v1/agent/health/service/name/web")).Status);
        Assert.Single((await _host.GetAsync("/v1/agent/health/service/name/web")).Json!.AsArray());
    }

    [Fact]
    public async Task Calls_IdOnOneOtherServersNode_AreDoneThere()
    {
        Assert.Equal(("far", 200), (await ServiceIdAsync("far"), (await _host.GetAsync("/v1/agent/health/service/id/far")).Status));
        await _host.PutOkAsync("/v1/agent/check/pass/service:far?note=fine");
        await _host.PutOkAsync("/v1/agent/check/warn/service:far?note=hot");
        Assert.Equal((HealthStatus.Warning, "hot"), FarCheck());
        await _host.PutOkAsync("/v1/agent/check/update/service:far", "{\"Status\":\"passing\",\"Output\":\"ok\"}");
        Assert.Equal((HealthStatus.Passing, "ok"), FarCheck());

        await _host.PutOkAsync("/v1/agent/service/maintenance/far?enable=true&reason=disk");
        Assert.Equal(InstanceState.OutOfService, Find(Far, "far")!.State);
        await _host.PutOkAsync("/v1/agent/service/maintenance/far?enable=false");
        await _host.PutOkAsync("/v1/agent/check/register", "{\"ID\":\"more\",\"Name\":\"more\",\"ServiceID\":\"far\",\"TTL\":\"9s\"}");
        await _host.PutOkAsync("/v1/agent/check/pass/more");
        await _host.PutOkAsync("/v1/agent/check/deregister/more");
        Assert.Equal(1, Find(Far, "far")!.Checks.Count);
        await _host.PutOkAsync("/v1/agent/service/deregister/far");
        Assert.Null(Find(Far, "far"));
        Assert.Equal(["here"], KeysOf((await _host.GetAsync("/v1/agent/services")).Json!));
    }

    [Theory]
    [InlineData("service/deregister/twice")]
    [InlineData("service/maintenance/twice?enable=true")]
    [InlineData("check/pass/service:twice")]
    [InlineData("check/fail/service:twice")]
    [InlineData("check/deregister/service:twice")]
    public async Task Calls_IdOnSeveralOtherNodes_AreRefusedWithTheirNames(string path)
    {
        bool isCheck = path.StartsWith("check", StringComparison.Ordinal);
        await _host.PutRefusedAsync(
            "/v1/agent/" + path, "", 404,
            $"Unknown {(isCheck ? "check" : "service")} ID \"{(isCheck ? "service:" : "")}twice\" on this server: it is registered on several "
            + "other nodes (server-b, server-c). Use the catalog endpoints, which name the node.");
        Assert.Equal((HealthStatus.Passing, HealthStatus.Passing), (Find(Far, "twice")!.Status, Find(Farther, "twice")!.Status));
    }

    [Fact]
    public async Task Reads_IdOnSeveralOtherNodes_NameThem()
    {
        ConsulAnswer service = await _host.GetAsync("/v1/agent/service/twice");
        Assert.Equal(404, service.Status);
        Assert.Contains("(server-b, server-c)", service.Text, StringComparison.Ordinal);
        ConsulAnswer health = await _host.GetAsync("/v1/agent/health/service/id/twice");
        Assert.Equal(404, health.Status);
        Assert.Contains("(server-b, server-c)", health.Headers["X-Consul-Reason"], StringComparison.Ordinal);
        ConsulAnswer check = await _host.PutAsync("/v1/agent/check/register", "{\"Name\":\"c\",\"ServiceID\":\"twice\",\"TTL\":\"9s\"}");
        Assert.Equal(404, check.Status);
        Assert.Contains("(server-b, server-c)", check.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calls_IdHereAndElsewhere_MeanTheOneHere()
    {
        _host.Catalog.Add("web", "here", node: Far);
        await _host.PutOkAsync("/v1/agent/check/warn/service:here");
        Assert.Equal((HealthStatus.Warning, HealthStatus.Passing), (Find(Near, "here")!.Status, Find(Far, "here")!.Status));
        await _host.PutOkAsync("/v1/agent/service/deregister/here");
        Assert.NotNull(Find(Far, "here"));
    }

    [Theory]
    [InlineData("service/deregister/consul")]
    [InlineData("check/deregister/serfHealth")]
    [InlineData("check/fail/serfHealth")]
    public async Task Calls_OnTheServersOwnEntries_ReachNoServers(string path)
    {
        Assert.Equal(404, (await _host.PutAsync("/v1/agent/" + path)).Status);
        Assert.Equal(3, _host.Catalog.FindService("consul")!.Instances.Length);
        Assert.All(_host.Catalog.Nodes, static node => Assert.Equal(HealthStatus.Passing, node.Status));
    }

    [Fact]
    public async Task Register_ServiceWithASidecarThatWasOnAnotherServer_KeepsItsPort()
    {
        var sidecar = new InstanceDefinition
        {
            Service = "shop-sidecar-proxy", Id = "shop-sidecar-proxy", Address = "10.0.0.1", Port = 21007,
            Kind = ProxyDefinition.Kind, Proxy = new ProxyDefinition { Destination = "shop", IsSidecar = true, Settings = "{}"u8.ToArray() },
        };
        Assert.True(_host.Catalog.Register(Far, sidecar, [], true, "test").Ok);
        await _host.PutOkAsync("/v1/agent/service/register", "{\"Name\":\"shop\",\"Address\":\"10.0.0.1\",\"Port\":80,\"Connect\":{\"SidecarService\":{}}}");
        Assert.Equal(21007, Find(Near, "shop-sidecar-proxy")!.Data.Port);
    }

    private static IEnumerable<string> KeysOf(JsonNode json) => json.AsObject().Select(static pair => pair.Key);

    private async Task<string> ServiceIdAsync(string id) => (string)(await _host.GetAsync("/v1/agent/service/" + id)).Json!["ID"]!;

    private Instance? Find(string node, string id) => _host.Catalog.FindInstance(_host.Catalog.FindNode(node)!, id);

    private (HealthStatus Status, string Output) FarCheck() =>
        (_host.Catalog.FindCheck(_host.Catalog.FindNode(Far)!, "service:far")!.Value.Check.Status,
            _host.Catalog.FindCheck(_host.Catalog.FindNode(Far)!, "service:far")!.Value.Check.Output);
}
