using System.Text.Json.Nodes;
using Muster.Protocols.Consul.Tests.Support;

namespace Muster.Protocols.Consul.Tests.Agent;

public sealed class AgentReadTests : IAsyncLifetime
{
    // The shape of a Consul agent's answers, field by field, as captured from one.
    private const string FullService = """
        {
            "ID": "full-1",
            "Service": "full",
            "Tags": [
                "t1",
                "t2"
            ],
            "Meta": {
                "k": "v"
            },
            "Port": 8080,
            "Address": "10.1.1.1",
            "TaggedAddresses": {
                "lan_ipv4": {
                    "Address": "10.1.1.1",
                    "Port": 8080
                },
                "wan": {
                    "Address": "198.51.100.1",
                    "Port": 80
                },
                "wan_ipv4": {
                    "Address": "10.1.1.1",
                    "Port": 8080
                }
            },
            "Weights": {
                "Passing": 10,
                "Warning": 1
            },
            "EnableTagOverride": true,HASH
            "Datacenter": "dc1"
        }

        """;

    private const string OtherServices = """
        {"fq":{"ID":"fq","Service":"fq","Tags":[],"Meta":{},"Port":99,"Address":"db.example.com","Weights":{"Passing":1,"Warning":1},"EnableTagOverride":false,"Datacenter":"dc1"},"noaddr":{"ID":"noaddr","Service":"noaddr","Tags":[],"Meta":{},"Port":0,"Address":"","Weights":{"Passing":1,"Warning":1},"EnableTagOverride":false,"Datacenter":"dc1"},"six":{"ID":"six","Service":"six","Tags":["\u003ca\u003e"],"Meta":{},"Port":99,"Address":"2001:db8::1","TaggedAddresses":{"lan_ipv6":{"Address":"2001:db8::1","Port":99},"wan_ipv6":{"Address":"2001:db8::1","Port":99}},"Weights":{"Passing":1,"Warning":1},"EnableTagOverride":false,"Datacenter":"dc1","Locality":{"Region":"eu","Zone":"eu-a"}}}
        """;

    private const string Checks = """
        {"service:full-1:1":{"Node":"vm","CheckID":"service:full-1:1","Name":"h","Status":"critical","Notes":"","Output":"","ServiceID":"full-1","ServiceName":"full","ServiceTags":["t1","t2"],"Type":"http","Interval":"10s","Timeout":"","ExposedPort":0,"Definition":{},"CreateIndex":0,"ModifyIndex":0},"ttl1":{"Node":"vm","CheckID":"ttl1","Name":"Service 'full' check","Status":"passing","Notes":"n","Output":"","ServiceID":"full-1","ServiceName":"full","ServiceTags":["t1","t2"],"Type":"ttl","Interval":"","Timeout":"","ExposedPort":0,"Definition":{},"CreateIndex":0,"ModifyIndex":0}}
        """;

    private const string RegisterFull = """
        {"ID":"full-1","Name":"full","Tags":["t1","t2"],"Meta":{"k":"v"},"Port":8080,"Address":"10.1.1.1","EnableTagOverride":true,
         "TaggedAddresses":{"wan":{"Address":"198.51.100.1","Port":80}},"Weights":{"Passing":10,"Warning":1},
         "Checks":[{"Name":"h","HTTP":"http://127.0.0.1:1/","Interval":"10s"},{"CheckID":"ttl1","TTL":"30s","Notes":"n","Status":"passing"}]}
        """;

    private ConsulHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await ConsulHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Service_Full_LooksLikeConsuls()
    {
        await _host.PutOkAsync("/v1/agent/service/register", RegisterFull);
        ConsulAnswer answer = await _host.GetAsync("/v1/agent/service/full-1?pretty");
        string hash = answer.Headers["X-Consul-Contenthash"];
        Assert.Matches("^[0-9a-f]{16}$", hash);
        Assert.Equal(FullService.ReplaceLineEndings("\n").Replace("HASH", $"\n    \"ContentHash\": \"{hash}\","), answer.Text);
    }

    [Fact]
    public async Task Services_Several_LookLikeConsulsSortedById()
    {
        await _host.PutOkAsync("/v1/agent/service/register", "{\"Name\":\"six\",\"Port\":99,\"Address\":\"2001:db8::1\",\"Tags\":[\"<a>\"],\"Locality\":{\"Region\":\"eu\",\"Zone\":\"eu-a\"}}");
        await _host.PutOkAsync("/v1/agent/service/register", "{\"Name\":\"noaddr\"}");
        await _host.PutOkAsync("/v1/agent/service/register", "{\"Name\":\"fq\",\"Port\":99,\"Address\":\"db.example.com\"}");
        Assert.Equal(OtherServices, (await _host.GetAsync("/v1/agent/services")).Text);
    }

    [Fact]
    public async Task Services_Full_EqualsTheSingleAnswerWithoutHash()
    {
        await _host.PutOkAsync("/v1/agent/service/register", RegisterFull);
        JsonNode listed = (await _host.GetAsync("/v1/agent/services")).Json!["full-1"]!;
        JsonNode single = (await _host.GetAsync("/v1/agent/service/full-1")).Json!;
        single.AsObject().Remove("ContentHash");
        Assert.Equal(single.ToJsonString(), listed.ToJsonString());
    }

    [Fact]
    public async Task Checks_OfAService_LookLikeConsuls()
    {
        await _host.PutOkAsync("/v1/agent/service/register", RegisterFull);
        Assert.Equal(Checks, (await _host.GetAsync("/v1/agent/checks")).Text);
    }

    [Fact]
    public async Task ServicesAndChecks_OnlyTheServerItself_AreEmpty()
    {
        Assert.Equal("{}", (await _host.GetAsync("/v1/agent/services")).Text);
        Assert.Equal("{}", (await _host.GetAsync("/v1/agent/checks")).Text);
        Assert.Equal((404, "unknown service ID: consul"), Outcome(await _host.GetAsync("/v1/agent/service/consul")));
    }

    [Fact]
    public async Task Service_Unknown_Is404() =>
        Assert.Equal((404, "unknown service ID: a/b"), Outcome(await _host.GetAsync("/v1/agent/service/a%2Fb")));

    [Fact]
    public async Task Service_HashIsCurrent_WaitsForAChangeOfThatService()
    {
        await _host.PutOkAsync("/v1/agent/service/register", RegisterFull);
        string hash = (await _host.GetAsync("/v1/agent/service/full-1")).Headers["X-Consul-Contenthash"];
        Task<ConsulAnswer> waiting = await _host.BlockAsync($"/v1/agent/service/full-1?hash={hash}&wait=1m");

        await _host.PutOkAsync("/v1/agent/service/register", "{\"Name\":\"other\"}");
        await _host.PutOkAsync("/v1/agent/check/pass/ttl1");
        Assert.False(waiting.IsCompleted);

        await _host.PutOkAsync("/v1/agent/service/register", RegisterFull.Replace("8080", "8081"));
        ConsulAnswer answer = await waiting;
        Assert.Equal(8081, (int)answer.Json!["Port"]!);
        Assert.NotEqual(hash, answer.Headers["X-Consul-Contenthash"]);
    }

    [Fact]
    public async Task Service_HashIsCurrentAndTimePasses_AnswersTheSame()
    {
        await _host.PutOkAsync("/v1/agent/service/register", RegisterFull);
        string hash = (await _host.GetAsync("/v1/agent/service/full-1")).Headers["X-Consul-Contenthash"];
        Task<ConsulAnswer> waiting = await _host.BlockAsync($"/v1/agent/service/full-1?hash={hash}&wait=1s");
        _host.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(hash, (await waiting).Headers["X-Consul-Contenthash"]);
    }

    [Fact]
    public async Task Service_OtherHash_AnswersAtOnce()
    {
        await _host.PutOkAsync("/v1/agent/service/register", RegisterFull);
        Assert.Equal(200, (await _host.GetAsync("/v1/agent/service/full-1?hash=0000000000000000&wait=1m")).Status);
    }

    [Fact]
    public async Task Service_HashIsCurrentAndServiceGoes_Is404()
    {
        await _host.PutOkAsync("/v1/agent/service/register", RegisterFull);
        string hash = (await _host.GetAsync("/v1/agent/service/full-1")).Headers["X-Consul-Contenthash"];
        Task<ConsulAnswer> waiting = await _host.BlockAsync($"/v1/agent/service/full-1?hash={hash}");
        await _host.PutOkAsync("/v1/agent/service/deregister/full-1");
        Assert.Equal(404, (await waiting).Status);
    }

    [Fact]
    public async Task Self_Always_HasWhatClientsRead()
    {
        JsonNode self = (await _host.GetAsync("/v1/agent/self")).Json!;
        Assert.Equal(["Config", "DebugConfig", "Coord", "Member", "Stats", "Meta", "xDS"], self.AsObject().Select(pair => pair.Key));
        Assert.Equal(["Datacenter", "PrimaryDatacenter", "NodeName", "NodeID", "Revision", "Server", "Version", "BuildDate"], self["Config"]!.AsObject().Select(pair => pair.Key));
        Assert.Equal(("dc1", "vm", TestCatalog.NodeId, true), ((string)self["Config"]!["Datacenter"]!, (string)self["Config"]!["NodeName"]!, (string)self["Config"]!["NodeID"]!, (bool)self["Config"]!["Server"]!));
        Assert.True(Version.TryParse((string)self["Config"]!["Version"]!, out _));
        Assert.Equal("127.0.0.1", (string)self["Member"]!["Addr"]!);
        Assert.Equal(8, self["Coord"]!["Vec"]!.AsArray().Count);
        Assert.Equal(["agent", "build", "consul", "raft", "runtime", "serf_lan", "serf_wan"], self["Stats"]!.AsObject().Select(pair => pair.Key));
    }

    [Fact]
    public async Task Members_Always_NamesThisServerAlive()
    {
        JsonNode member = Assert.Single((await _host.GetAsync("/v1/agent/members?segment=_all")).Json!.AsArray())!;
        Assert.Equal(
            ["Name", "Addr", "Port", "Tags", "Status", "ProtocolMin", "ProtocolMax", "ProtocolCur", "DelegateMin", "DelegateMax", "DelegateCur"],
            member.AsObject().Select(pair => pair.Key));
        Assert.Equal(("vm", 1, "consul", "dc1"), ((string)member["Name"]!, (int)member["Status"]!, (string)member["Tags"]!["role"]!, (string)member["Tags"]!["dc"]!));
    }

    [Fact]
    public async Task Members_AmongDatacenters_NameTheirs()
    {
        JsonNode member = Assert.Single((await _host.GetAsync("/v1/agent/members?wan=1")).Json!.AsArray())!;
        Assert.Equal(("vm.dc1", 8302), ((string)member["Name"]!, (int)member["Port"]!));
    }

    [Theory]
    [InlineData(false, 0, null, null)]
    [InlineData(true, 1, "1", null)]
    [InlineData(false, 3, null, "3")]
    public async Task Members_HaveTheTagsOfHowTheServerWasStarted(bool bootstrap, int expected, string? bootstrapTag, string? expectTag)
    {
        await using ConsulHost host = await ConsulHost.StartAsync(new ConsulOptions { Bootstrap = bootstrap, ExpectedServers = expected });
        JsonNode tags = Assert.Single((await host.GetAsync("/v1/agent/members")).Json!.AsArray())!["Tags"]!;
        Assert.Equal((bootstrapTag, expectTag), ((string?)tags["bootstrap"], (string?)tags["expect"]));
        Assert.Equal(tags.AsObject().Select(pair => pair.Key).Order(StringComparer.Ordinal), tags.AsObject().Select(pair => pair.Key)); // as Go writes maps
    }

    [Fact]
    public async Task Version_Always_HasFourFields()
    {
        JsonNode version = (await _host.GetAsync("/v1/agent/version")).Json!;
        Assert.Equal(["SHA", "BuildDate", "HumanVersion", "FIPS"], version.AsObject().Select(pair => pair.Key));
        Assert.True(Version.TryParse((string)version["HumanVersion"]!, out _));
    }

    private static (int Status, string Text) Outcome(ConsulAnswer answer) => (answer.Status, answer.Text);
}
