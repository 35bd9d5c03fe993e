using System.Text.Json.Nodes;
using Muster.Protocols.Consul.Tests.Agent;
using Muster.Protocols.Consul.Tests.Support;

namespace Muster.Protocols.Consul.Tests.Operators;

public sealed class OperatorTests : IAsyncLifetime
{
    private ConsulHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await ConsulHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task RaftConfiguration_OneServer_NamesItAsLeader()
    {
        JsonNode answer = await ReadAsync("/v1/operator/raft/configuration");
        Assert.Equal(["Servers", "Index"], Names(answer));
        JsonNode server = Assert.Single(answer["Servers"]!.AsArray())!;
        Assert.Equal(["ID", "Node", "Address", "Leader", "ProtocolVersion", "Voter", "LastIndex"], Names(server));
        Assert.Equal((TestCatalog.NodeId, "vm", "127.0.0.1:8300", true, true), ((string)server["ID"]!, (string)server["Node"]!, (string)server["Address"]!, (bool)server["Leader"]!, (bool)server["Voter"]!));
    }

    [Fact]
    public async Task AutopilotHealth_OneServer_HasTheFieldsOfConsul()
    {
        JsonNode answer = await ReadAsync("/v1/operator/autopilot/health");
        Assert.Equal(["Healthy", "FailureTolerance", "Servers"], Names(answer));
        Assert.Equal(
            ["ID", "Name", "Address", "SerfStatus", "Version", "Leader", "LastContact", "LastTerm", "LastIndex", "Healthy", "Voter", "StableSince"],
            Names(answer["Servers"]![0]!));
        Assert.True((bool)answer["Healthy"]!);
    }

    [Fact]
    public async Task AutopilotState_OneServer_IsLeaderAndVoter()
    {
        JsonNode answer = await ReadAsync("/v1/operator/autopilot/state");
        Assert.Equal(TestCatalog.NodeId, (string)answer["Leader"]!);
        Assert.Equal("leader", (string)answer["Servers"]![TestCatalog.NodeId]!["Status"]!);
        Assert.Equal("10s", (string)(await ReadAsync("/v1/operator/autopilot/configuration"))["ServerStabilizationTime"]!);
    }

    [Fact]
    public async Task Usage_Counts()
    {
        _host.Catalog.Add("web", "web-1");
        JsonNode usage = (await ReadAsync("/v1/operator/usage"))["Usage"]!["dc1"]!;
        Assert.Equal((1, 2, 2, 1), ((int)usage["Nodes"]!, (int)usage["Services"]!, (int)usage["ServiceInstances"]!, (int)usage["BillableServiceInstances"]!));
    }

    [Fact]
    public async Task Usage_CountsProxiesApart()
    {
        await _host.PutOkAsync("/v1/agent/service/register", """{"Name":"web","Port":80,"Connect":{"SidecarService":{}}}""");
        JsonNode usage = (await ReadAsync("/v1/operator/usage"))["Usage"]!["dc1"]!;
        Assert.Equal((3, 1, 1), ((int)usage["ServiceInstances"]!, (int)usage["ConnectServiceInstances"]!["connect-proxy"]!, (int)usage["BillableServiceInstances"]!));
    }

    [Fact]
    public async Task Reads_OfAnotherDatacenter_AreRefused()
    {
        ConsulAnswer answer = await _host.GetAsync("/v1/operator/raft/configuration?dc=far");
        Assert.Equal((500, "No path to datacenter"), (answer.Status, answer.Text));
    }

    private async Task<JsonNode> ReadAsync(string path)
    {
        ConsulAnswer answer = await _host.GetAsync(path);
        Assert.Equal(200, answer.Status);
        return answer.Json!;
    }

    private static IEnumerable<string> Names(JsonNode node) => node.AsObject().Select(pair => pair.Key);
}
