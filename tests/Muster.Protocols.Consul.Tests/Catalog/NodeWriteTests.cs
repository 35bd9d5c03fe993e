using System.Text.Json.Nodes;
using Muster.Protocols.Consul.Tests.Agent;
using Muster.Protocols.Consul.Tests.Support;

namespace Muster.Protocols.Consul.Tests.Catalog;

/// <summary>What a catalog registration does to its node.</summary>
public sealed class NodeWriteTests : IAsyncLifetime
{
    private const string Register = "/v1/catalog/register";
    private const string Id = "11111111-2222-3333-4444-555555555555";
    private ConsulHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await ConsulHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Register_NodeFields_AreShownAndReplaced()
    {
        await TrueAsync($"{{\"Node\":\"ext\",\"ID\":\"{Id}\",\"Address\":\"10.0.0.9\",\"TaggedAddresses\":{{\"wan\":\"198.51.100.9\",\"lan\":\"10.0.0.9\"}},\"NodeMeta\":{{\"rack\":\"r1\"}}}}");
        JsonNode node = await NodeAsync("ext");
        Assert.Equal(Id, (string)node["ID"]!);
        Assert.Equal("{\"lan\":\"10.0.0.9\",\"wan\":\"198.51.100.9\"}", node["TaggedAddresses"]!.ToJsonString());
        Assert.Equal("{\"rack\":\"r1\"}", node["Meta"]!.ToJsonString());

        await TrueAsync("{\"Node\":\"EXT\",\"Address\":\"10.0.0.10\"}");
        node = await NodeAsync("ext");
        Assert.Equal((Id, "ext", "10.0.0.10", null, null), ((string)node["ID"]!, (string)node["Node"]!, (string)node["Address"]!, node["TaggedAddresses"], node["Meta"]));
    }

    [Fact]
    public async Task Register_SkipNodeUpdate_LeavesANodeButMakesOne()
    {
        await TrueAsync("{\"Node\":\"ext\",\"Address\":\"10.0.0.9\",\"NodeMeta\":{\"rack\":\"r1\"}}");
        await TrueAsync("{\"Node\":\"ext\",\"Address\":\"10.0.0.99\",\"SkipNodeUpdate\":true,\"Service\":{\"Service\":\"s\"}}");
        await TrueAsync("{\"Node\":\"ext\",\"SkipNodeUpdate\":true,\"Check\":{\"Name\":\"c\",\"Status\":\"passing\"}}");
        JsonNode node = await NodeAsync("ext");
        Assert.Equal(("10.0.0.9", "r1"), ((string)node["Address"]!, (string)node["Meta"]!["rack"]!));
        await TrueAsync("{\"Node\":\"new\",\"Address\":\"10.0.0.7\",\"SkipNodeUpdate\":true}");
        Assert.Equal("10.0.0.7", (string)(await NodeAsync("new"))["Address"]!);
        await _host.PutRefusedAsync(Register, "{\"Node\":\"lost\",\"SkipNodeUpdate\":true}", 500, "Missing node registration");
    }

    [Fact]
    public async Task Register_SameIdUnderAnotherName_IsARename()
    {
        await TrueAsync($"{{\"Node\":\"old\",\"ID\":\"{Id}\",\"Address\":\"10.0.0.9\",\"Service\":{{\"Service\":\"s\"}}}}");
        await TrueAsync($"{{\"Node\":\"new\",\"ID\":\"{Id}\",\"Address\":\"10.0.0.9\"}}");
        Assert.Equal("null", (await _host.GetAsync("/v1/catalog/node/old")).Text);
        Assert.Equal("[]", (await _host.GetAsync("/v1/catalog/service/s")).Text);
        Assert.Equal("new", (string)(await NodeAsync(Id))["Node"]!);
    }

    [Fact]
    public async Task Register_OtherIdForAnExternalNode_IsTaken()
    {
        await TrueAsync($"{{\"Node\":\"ext\",\"ID\":\"{Id}\",\"Address\":\"10.0.0.9\"}}");
        await TrueAsync("{\"Node\":\"ext\",\"ID\":\"99999999-2222-3333-4444-555555555555\",\"Address\":\"10.0.0.9\"}");
        Assert.StartsWith("99999999", (string)(await NodeAsync("ext"))["ID"]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("vm", Id, Id)]
    [InlineData("thief", TestCatalog.NodeId, TestCatalog.NodeId)]
    public async Task Register_NameOrIdOfALivingAgent_IsReserved(string name, string id, string named) =>
        await _host.PutRefusedAsync(
            Register, $"{{\"Node\":\"{name}\",\"ID\":\"{id}\",\"Address\":\"10.0.0.9\"}}", 500,
            $"failed inserting node: Error while renaming Node ID: \"{named}\": Node name {name} is reserved by node {TestCatalog.NodeId} with name vm (127.0.0.1)");

    [Fact]
    public async Task Register_ChecksOfANode_CountForItsInstances()
    {
        await TrueAsync("{\"Node\":\"ext\",\"Address\":\"10.0.0.9\",\"Service\":{\"Service\":\"s\"},\"Check\":{\"Name\":\"disk\",\"Status\":\"warning\",\"Output\":\"80 %\"}}");
        Assert.Empty((await _host.GetAsync("/v1/health/service/s?passing")).HealthIds);
        Assert.Equal(["disk"], (await _host.GetAsync("/v1/health/node/ext")).CheckIds);
        await TrueAsync("{\"Node\":\"ext\",\"SkipNodeUpdate\":true,\"Check\":{\"CheckID\":\"disk\",\"Name\":\"disk\",\"Status\":\"passing\"}}");
        Assert.Equal(["s"], (await _host.GetAsync("/v1/health/service/s?passing")).HealthIds);
    }

    private async Task<JsonNode> NodeAsync(string name) => (await _host.GetAsync("/v1/catalog/node/" + name)).Json!["Node"]!;

    private async Task TrueAsync(string body)
    {
        ConsulAnswer answer = await _host.PutAsync(Register, body);
        Assert.Equal((200, "true"), (answer.Status, answer.Text));
    }
}
