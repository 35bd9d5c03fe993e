using System.Text;
using System.Text.Json.Nodes;
using Muster.Protocols.Consul.Tests.Agent;
using Muster.Protocols.Consul.Tests.Json;
using Muster.Protocols.Consul.Tests.Support;

namespace Muster.Protocols.Consul.Tests.Catalog;

public sealed class CatalogWriteTests : IAsyncLifetime
{
    private const string Register = "/v1/catalog/register", Deregister = "/v1/catalog/deregister";

    private const string Full = """
        {"Datacenter":"DC1","ID":"40e4a748-2192-161a-0510-9bf59fe950b5","Node":"ext","Address":"10.9.9.9","TaggedAddresses":{"wan":"198.51.100.9"},
         "NodeMeta":{"external-node":"true"},
         "Service":{"ID":"db-1","Service":"db","Tags":["primary"],"Address":"10.9.9.10","Port":5432,"Meta":{"v":"7"},"Lease":"1h","CreateIndex":3},
         "Check":{"Node":"ext","CheckID":"service:db-1","Name":"db up","Status":"passing","Output":"fine","ServiceID":"db-1",
                  "Definition":{"TCP":"10.9.9.10:5432","Interval":"5s","TimeoutDuration":1000000000,"DeregisterCriticalServiceAfter":"30s"}},
         "Checks":[{"Name":"node up","Status":"warning"}]}
        """;

    private ConsulHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await ConsulHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Register_NodeServiceAndChecks_AreInTheCatalogBeforeTheAnswer()
    {
        await PutTrueAsync(Register, Full);
        JsonNode row = Assert.Single((await _host.GetAsync("/v1/health/service/db")).Json!.AsArray())!;
        Assert.Equal(("ext", "10.9.9.9", "40e4a748-2192-161a-0510-9bf59fe950b5"), ((string)row["Node"]!["Node"]!, (string)row["Node"]!["Address"]!, (string)row["Node"]!["ID"]!));
        Assert.Equal("true", (string)row["Node"]!["Meta"]!["external-node"]!);
        Assert.Equal(("db-1", 5432, "7"), ((string)row["Service"]!["ID"]!, (int)row["Service"]!["Port"]!, (string)row["Service"]!["Meta"]!["v"]!));
        JsonArray checks = row["Checks"]!.AsArray();
        Assert.Equal(["node up", "service:db-1"], checks.Select(check => (string)check!["CheckID"]!));
        Assert.Equal(["warning", "passing"], checks.Select(check => (string)check!["Status"]!));
        Assert.Equal("fine", (string)checks[1]!["Output"]!);
        Assert.Equal(("5s", "1s", "30s"), ((string)checks[1]!["Definition"]!["Interval"]!, (string)checks[1]!["Definition"]!["Timeout"]!, (string)checks[1]!["Definition"]!["DeregisterCriticalServiceAfter"]!));
    }

    /// <summary>What Consul's client for Go makes of a registration in which only names are set: every field is there, and zero.</summary>
    [Fact]
    public async Task Register_BodyOfTheGoClient_IsTakenWithDefaultWeights()
    {
        await PutTrueAsync(Register, """
            {"ID":"","Node":"ext","Address":"10.9.9.9","TaggedAddresses":null,"NodeMeta":null,"Datacenter":"",
             "Service":{"ID":"db-1","Service":"db","Tags":null,"Meta":null,"Port":0,"Address":"","Weights":{"Passing":0,"Warning":0},"EnableTagOverride":false},
             "Check":{"Node":"ext","CheckID":"c","Name":"c","Status":"passing","Notes":"","Output":"","ServiceID":"db-1","ServiceName":"db","ServiceTags":null,"Type":"",
                      "Definition":{"Interval":"10s","Timeout":"0s","DeregisterCriticalServiceAfter":"0s","HTTP":"http://a","Header":null,"Method":"","Body":"","TLSServerName":"","TLSSkipVerify":false,
                                    "TCP":"","TCPUseTLS":false,"UDP":"","GRPC":"","OSService":"","GRPCUseTLS":false},"ExposedPort":0,"CreateIndex":0,"ModifyIndex":0},
             "Checks":null,"SkipNodeUpdate":false}
            """);

        JsonNode row = Assert.Single((await _host.GetAsync("/v1/health/service/db?passing")).Json!.AsArray())!;
        Assert.Equal("{\"Passing\":1,\"Warning\":1}", row["Service"]!["Weights"]!.ToJsonString());
        Assert.Equal("{\"Interval\":\"10s\",\"HTTP\":\"http://a\"}", row["Checks"]![0]!["Definition"]!.ToJsonString());
    }

    /// <summary>Monitors of external services keep no state: what to probe, and how, is read back from here.</summary>
    [Theory]
    [InlineData("{\"TCP\":\"10.9.9.10:5432\",\"Interval\":\"5s\"}", "{\"Interval\":\"5s\",\"TCP\":\"10.9.9.10:5432\"}")]
    [InlineData("{\"TCP\":\"a:1\",\"TCPUseTLS\":true,\"TLSServerName\":\"b\",\"TLSSkipVerify\":true}", "{\"TLSServerName\":\"b\",\"TLSSkipVerify\":true,\"TCP\":\"a:1\",\"TCPUseTLS\":true}")]
    [InlineData(
        "{\"Interval\":\"30s\",\"Timeout\":\"3s\",\"DeregisterCriticalServiceAfter\":\"1m\",\"HTTP\":\"https://a/h\",\"TLSServerName\":\"b\",\"TLSSkipVerify\":true,\"Header\":{\"X-A\":[\"1\",\"2\"]},\"Method\":\"POST\",\"Body\":\"x\"}",
        "{\"Interval\":\"30s\",\"Timeout\":\"3s\",\"DeregisterCriticalServiceAfter\":\"1m0s\",\"HTTP\":\"https://a/h\",\"TLSServerName\":\"b\",\"TLSSkipVerify\":true,\"Header\":{\"X-A\":[\"1\",\"2\"]},\"Method\":\"POST\",\"Body\":\"x\"}")]
    [InlineData("{\"HTTP\":\"http://a/\"}", "{\"HTTP\":\"http://a/\"}")]
    public async Task Register_DefinitionOfACheckRunElsewhere_ComesBack(string sent, string expected)
    {
        await PutTrueAsync(Register, $$$"""{"Node":"ext","Address":"10.9.9.9","Check":{"Name":"up","Status":"passing","Definition":{{{sent}}} }}""");

        JsonNode check = Assert.Single((await _host.GetAsync("/v1/health/node/ext")).Json!.AsArray())!;
        Assert.Equal(expected, check["Definition"]!.ToJsonString());
    }

    [Fact]
    public async Task Register_SameAgain_ChangesNothing()
    {
        await PutTrueAsync(Register, Full);
        long index = (await _host.GetAsync("/v1/health/service/db")).Index;
        await PutTrueAsync(Register, Full);
        Assert.Equal(index, (await _host.GetAsync("/v1/health/service/db")).Index);
    }

    [Fact]
    public async Task Register_CheckStatus_IsTakenAsItIs()
    {
        await PutTrueAsync(Register, Full);
        await PutTrueAsync(Register, "{\"Node\":\"EXT\",\"SkipNodeUpdate\":true,\"Check\":{\"CheckID\":\"service:db-1\",\"Name\":\"db up\",\"Status\":\"critical\",\"Output\":\"gone\",\"ServiceID\":\"db-1\"}}");
        JsonNode row = Assert.Single((await _host.GetAsync("/v1/health/service/db")).Json!.AsArray())!;
        Assert.Equal(["warning", "critical"], row["Checks"]!.AsArray().Select(check => (string)check!["Status"]!));
    }

    [Fact]
    public async Task Register_OnTheServersOwnNode_LeavesTheNodeAsItIs()
    {
        await PutTrueAsync(Register, "{\"Node\":\"vm\",\"Address\":\"10.0.0.99\",\"Service\":{\"Service\":\"web\"}}");
        JsonNode row = Assert.Single((await _host.GetAsync("/v1/health/service/web")).Json!.AsArray())!;
        Assert.Equal(("127.0.0.1", "web"), ((string)row["Node"]!["Address"]!, (string)row["Service"]!["ID"]!));
    }

    [Theory]
    [InlineData("{}", 500, "Must provide node")]
    [InlineData("{\"Node\":\"n\"}", 500, "Must provide address if SkipNodeUpdate is not set")]
    [InlineData("{\"Node\":\"n\",\"Address\":\"a\",\"ID\":\"x\"}", 500, "Bad node ID: UUID must be 36 characters")]
    [InlineData("{\"Node\":\"n\",\"Address\":\"a\",\"Datacenter\":\"dc2\"}", 500, "No path to datacenter")]
    [InlineData("{\"Node\":\"n\",\"Address\":\"a\",\"Service\":{\"ID\":\"x\"}}", 500, "Must provide service name (Service.Service) when service ID is provided")]
    [InlineData("{\"Node\":\"n\",\"Address\":\"a\",\"Service\":{\"Service\":\"x\",\"Name\":\"y\"}}", 400, "Request decode failed: json: unknown field \"Name\"")]
    [InlineData("{\"Node\":1}", 400, "Request decode failed: json: cannot unmarshal number into Go struct field RegisterRequest.Node of type string")]
    [InlineData("{\"Node\":\"n\",\"Address\":\"a\",\"Check\":{\"Name\":\"c\",\"Status\":\"up\"}}", 400, "Invalid check status: 'up'")]
    [InlineData("{\"Node\":\"n\",\"Address\":\"a\",\"Check\":{\"Name\":\"c\",\"ServiceID\":\"x\"}}", 500, "Missing service registration")]
    [InlineData("{\"Node\":\"n\",\"Address\":\"a\",\"Check\":{\"Name\":\"c\",\"Node\":\"m\"}}", 500, "Check node \"m\" does not match node \"n\"")]
    [InlineData("{\"Node\":\"n\",\"SkipNodeUpdate\":true,\"Service\":{\"Service\":\"x\"}}", 500, "Missing node registration")]
    [InlineData("{\"Node\":\"vm\",\"SkipNodeUpdate\":true,\"Service\":{\"Service\":\"consul\"}}", 400, "The server's own node, its serfHealth check and its consul service cannot be changed from outside")]
    public async Task Register_Invalid_IsRefusedAndChangesNothing(string body, int status, string text)
    {
        await _host.PutRefusedAsync(Register, body, status, text);
        Assert.Single(_host.Catalog.Nodes);
        Assert.Equal(1, _host.Catalog.Statistics.Instances);
    }

    [Theory]
    [InlineData(Register)]
    [InlineData(Deregister)]
    public async Task Writes_ToAnotherDatacenter_AreRefused(string path) =>
        await _host.PutRefusedAsync(path + "?dc=dc2", Full, 500, "No path to datacenter");

    [Fact]
    public async Task Register_SeededMutations_NeverFailInsideAndNeverHalfApply()
    {
        var random = new Random(5);
        for (int i = 0; i < 300; i++)
        {
            long index = _host.Catalog.NodesPoint.Index;
            int instances = _host.Catalog.Statistics.Instances, nodes = _host.Catalog.Statistics.Nodes;
            using var content = new ByteArrayContent(JsonMutations.Mutate(Encoding.UTF8.GetBytes(Full), random));
            using HttpResponseMessage response = await _host.Client.PutAsync(Register, content);
            string text = await response.Content.ReadAsStringAsync();
            Assert.NotEqual("Internal error", text);
            if (!response.IsSuccessStatusCode)
            {
                Assert.NotEmpty(text);
                Assert.Equal(
                    (index, instances, nodes),
                    (_host.Catalog.NodesPoint.Index, _host.Catalog.Statistics.Instances, _host.Catalog.Statistics.Nodes));
            }
        }
    }

    [Fact]
    public async Task Deregister_ServiceCheckOrNode_RemovesThatAndNoMore()
    {
        await PutTrueAsync(Register, Full);
        await PutTrueAsync(Deregister, "{\"Node\":\"ext\",\"CheckID\":\"node up\"}");
        await PutTrueAsync(Deregister, "{\"Node\":\"ext\",\"Address\":\"\",\"ServiceID\":\"db-1\",\"CheckID\":\"ignored\"}");
        Assert.Equal("[]", (await _host.GetAsync("/v1/health/service/db")).Text);
        Assert.Equal(2, _host.Catalog.Nodes.Count);
        await PutTrueAsync(Deregister, "{\"Node\":\"ext\"}");
        Assert.Single(_host.Catalog.Nodes);
    }

    [Theory]
    [InlineData("{\"Node\":\"nope\"}")]
    [InlineData("{\"Node\":\"nope\",\"ServiceID\":\"x\"}")]
    [InlineData("{\"Node\":\"vm\",\"ServiceID\":\"x\"}")]
    [InlineData("{\"Node\":\"vm\",\"CheckID\":\"x\"}")]
    public async Task Deregister_Absent_IsTrueAllTheSame(string body) => await PutTrueAsync(Deregister, body);

    [Theory]
    [InlineData("{}", 500, "Must provide node")]
    [InlineData("{\"Nod\":\"x\"}", 400, "Request decode failed: json: unknown field \"Nod\"")]
    [InlineData("{\"Node\":\"vm\"}", 400, "The server's own node, its serfHealth check and its consul service cannot be changed from outside")]
    [InlineData("{\"Node\":\"VM\",\"CheckID\":\"serfHealth\"}", 400, "The server's own node, its serfHealth check and its consul service cannot be changed from outside")]
    [InlineData("{\"Node\":\"vm\",\"ServiceID\":\"consul\"}", 400, "The server's own node, its serfHealth check and its consul service cannot be changed from outside")]
    public async Task Deregister_Invalid_IsRefused(string body, int status, string text) => await _host.PutRefusedAsync(Deregister, body, status, text);

    private async Task PutTrueAsync(string path, string body)
    {
        ConsulAnswer answer = await _host.PutAsync(path, body);
        Assert.Equal((200, "true"), (answer.Status, answer.Text));
        Assert.Equal("application/json", answer.Headers["Content-Type"]);
    }
}
