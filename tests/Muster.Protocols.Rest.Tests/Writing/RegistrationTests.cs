using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Muster.Catalog;
using Muster.Model;

namespace Muster.Protocols.Rest.Tests.Writing;

public sealed class RegistrationTests
{
    private const string Full = """
        {
          "service": "payments", "id": "p-1", "address": "10.0.0.7", "port": 8080, "ports": { "metrics": 9100 },
          "tags": [ "v2", "eu" ], "metadata": { "b": "2", "a": "1" }, "weights": { "passing": 10, "warning": 2 },
          "region": "eu-west-1", "zone": "eu-west-1a", "leaseSeconds": 30,
          "checks": [
            { "name": "alive", "http": "http://10.0.0.7:8080/health", "intervalSeconds": 5, "headers": { "X-A": [ "b" ] } },
            { "tcp": "10.0.0.7:8080", "failuresBeforeCritical": 1, "initialStatus": "passing" }
          ]
        }
        """;

    [Fact]
    public async Task Register_Everything_IsKept()
    {
        await using RestServer server = await RestServer.StartAsync();
        HttpResponseMessage answer = await server.RegisterAsync(Full);

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal("/api/v1/services/payments/instances/p-1", answer.Headers.Location?.ToString());
        Instance instance = server.Catalog.FindService("payments")!.Instances[0];
        InstanceDefinition kept = instance.Data.Unpack();
        Assert.Equal(("p-1", "10.0.0.7", 8080), (kept.Id, kept.Address, kept.Port));
        Assert.Equal(["v2", "eu"], kept.Tags);
        Assert.Equal([new("a", "1"), new("b", "2")], kept.Metadata);
        Assert.Equal([new("metrics", 9100)], kept.Ports);
        Assert.Equal(new Weights(10, 2), kept.Weights);
        Assert.Equal(new Locality("eu-west-1", "eu-west-1a"), kept.Locality);
        Assert.Equal(TimeSpan.FromSeconds(30), kept.Lease);
        Assert.Equal(["service:p-1", "service:p-1:2"], [instance.CheckIdOf(instance.Checks[0]), instance.CheckIdOf(instance.Checks[1])]);
    }

    [Fact]
    public async Task Register_CheckWithoutThresholds_NeedsThreeFailures()
    {
        await using RestServer server = await RestServer.StartAsync();
        await server.RegisterAsync(Full);

        CheckList checks = server.Catalog.FindService("payments")!.Instances[0].Checks;
        Assert.Equal(3, checks[0].Definition.FailuresBeforeCritical);
        Assert.Equal(3, checks[0].Definition.FailuresBeforeWarning);
        Assert.Equal(HealthStatus.Critical, checks[0].Status);
        Assert.Equal(1, checks[1].Definition.FailuresBeforeCritical);
        Assert.Equal(HealthStatus.Passing, checks[1].Status);
    }

    [Theory]
    [InlineData("""{ "udp": "[::1]:53" }""", CheckKind.Udp, "[::1]:53", false)]
    [InlineData("""{ "grpc": "10.0.0.7:8080/shop", "useTls": true, "tlsServerName": "shop" }""", CheckKind.Grpc, "10.0.0.7:8080/shop", true)]
    [InlineData("""{ "h2ping": "10.0.0.7:8080" }""", CheckKind.H2Ping, "10.0.0.7:8080", false)]
    [InlineData("""{ "tcp": "10.0.0.7:8080", "useTls": true, "tlsServerName": "shop" }""", CheckKind.Tcp, "10.0.0.7:8080", true)]
    public async Task Register_CheckOfAnyKind_IsKept(string check, CheckKind kind, string target, bool useTls)
    {
        await using RestServer server = await RestServer.StartAsync();
        await server.RegisterAsync($$"""{ "service": "web", "checks": [ {{check}} ] }""");

        CheckDefinition kept = server.Catalog.FindService("web")!.Instances[0].Checks[0].Definition;
        Assert.Equal((kind, new ProbeTarget(target) { Tls = useTls ? new ProbeTls { ServerName = "shop" } : null }), (kept.Kind, kept.Target));
    }

    [Fact]
    public async Task Register_AliasCheck_IsKept()
    {
        await using RestServer server = await RestServer.StartAsync();
        await server.RegisterAsync("""{ "service": "web", "checks": [ { "aliasService": "db-1", "aliasNode": "n2" } ] }""");

        CheckDefinition kept = server.Catalog.FindService("web")!.Instances[0].Checks[0].Definition;
        Assert.Equal((CheckKind.Alias, new AliasTarget("n2", "db-1"), TimeSpan.Zero), (kept.Kind, kept.Alias, kept.Interval));
    }

    [Fact]
    public async Task Register_Again_Is200AndReplacesChecks()
    {
        await using RestServer server = await RestServer.StartAsync();
        await server.RegisterAsync(Full);
        HttpResponseMessage answer = await server.RegisterAsync("""{ "service": "payments", "id": "p-1", "port": 9 }""");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Instance instance = Assert.Single(server.Catalog.FindService("payments")!.Instances.ToArray());
        Assert.Equal((9, 0), (instance.Data.Port, instance.Checks.Count));
    }

    [Fact]
    public async Task Register_WithoutId_TakesTheServiceName()
    {
        await using RestServer server = await RestServer.StartAsync();
        JsonElement instance = await (await server.RegisterAsync("""{ "service": "web" }""")).Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal("web", instance.GetProperty("id").GetString());
        Assert.Equal(RestServer.Node, instance.GetProperty("node").GetString());
        Assert.Equal("127.0.0.1", instance.GetProperty("address").GetString());
    }

    [Fact]
    public async Task Register_IdOfAnotherServiceOrNode_IsRefused()
    {
        await using RestServer server = await RestServer.StartAsync();
        await server.RegisterAsync("""{ "service": "web", "id": "x" }""");

        Assert.Equal((409, "id-taken"), await TypeOf(server.RegisterAsync("""{ "service": "other", "id": "x" }""")));
        Assert.Equal((409, "id-taken"), await TypeOf(server.RegisterAsync("""{ "service": "web", "id": "x", "node": "far", "address": "10.0.0.1" }""")));
    }

    [Fact]
    public async Task Register_IdOnAnotherServersNode_ChangesItThere()
    {
        await using RestServer server = await RestServer.StartAsync();
        AddServer(server, "server-b");
        server.Catalog.Register("server-b", new InstanceDefinition { Service = "web", Id = "x", Address = "10.0.0.1", Port = 80 }, [], true, "test");
        long index = server.Catalog.ServiceIndex("web");

        HttpResponseMessage again = await server.RegisterAsync("""{ "service": "web", "id": "x", "address": "10.0.0.1", "port": 80 }""");
        Assert.Equal((HttpStatusCode.OK, index), (again.StatusCode, server.Catalog.ServiceIndex("web")));
        await server.RegisterAsync("""{ "service": "web", "id": "x", "address": "10.0.0.2", "port": 81 }""");
        Instance moved = Assert.Single(server.Catalog.FindInstances("x"));
        Assert.Equal(("server-b", 81), (moved.Node.Name, (int)moved.Data.Port));
        Assert.Equal((409, "id-taken"), await TypeOf(server.RegisterAsync("""{ "service": "other", "id": "x" }""")));
    }

    [Fact]
    public async Task Register_IdOnTwoServersNodes_TheNewestCountsAndTheOtherGoes()
    {
        await using RestServer server = await RestServer.StartAsync();
        AddServer(server, "server-b");
        foreach (string node in (string[])[RestServer.Node, "server-b"])
        {
            server.Catalog.Register(node, new InstanceDefinition { Service = "web", Id = "x", Address = node, Lease = TimeSpan.FromSeconds(9) }, [], true, "test");
        }

        Assert.Equal(HttpStatusCode.NoContent, (await server.SendAsync("PUT", "instances/x/renew")).StatusCode);
        await server.RegisterAsync("""{ "service": "web", "id": "x", "address": "server-b", "leaseSeconds": 9 }""");
        Assert.Equal("server-b", Assert.Single(server.Catalog.FindInstances("x")).Node.Name);
        Assert.Equal(
            "registered again on node \"server-b\"",
            server.Catalog.TimelineOf("web")[^1].Cause);
    }

    [Fact]
    public async Task Register_OnUnknownNode_MakesItWithTheAddress()
    {
        await using RestServer server = await RestServer.StartAsync();
        (int status, _, JsonElement problem) = await RestServer.ProblemOf(server.RegisterAsync("""{ "service": "web", "node": "far" }"""));
        Assert.Equal((400, "address"), (status, problem.GetProperty("errors")[0].GetProperty("field").GetString()));

        await server.RegisterAsync("""{ "service": "web", "node": "far", "address": "10.0.0.1" }""");
        Assert.Equal("10.0.0.1", server.Catalog.FindNode("far")!.Definition.Address);
    }

    [Fact]
    public async Task Register_SeveralMistakes_AreAllNamed()
    {
        await using RestServer server = await RestServer.StartAsync();
        (int status, string type, JsonElement problem) = await RestServer.ProblemOf(server.RegisterAsync("""
            { "service": "no spaces", "port": 70000, "leaseSeconds": -1, "nonsense": 1, "tags": [ "" ], "weights": { "passing": 0 },
              "metadata": { "k y": "v" }, "checks": [ { "http": "ftp://x", "tcp": "y" }, { "tcp": "nowhere" }, 7, { "grpc": "a/b" }, {}, { "aliasService": "" } ] }
            """));

        Assert.Equal((400, "invalid-request"), (status, type));
        Assert.Equal(
            ["checks[0].http", "checks[0].tcp", "checks[1].tcp", "checks[2]", "checks[3].grpc", "checks[4].http", "checks[5].aliasService", "leaseSeconds", "metadata.k y", "nonsense", "port", "service", "tags[0]", "weights.passing"],
            problem.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("field").GetString()!).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{ "service": "a", "service": "b" }""")]
    [InlineData("""{ "service": "a\ud800" }""")]
    [InlineData("""{ "service": "a", "metadata": { "\ud800": "x" } }""")]
    public async Task Register_NoProperDocument_IsRefused(string body)
    {
        await using RestServer server = await RestServer.StartAsync();
        Assert.Equal((400, "invalid-request"), await TypeOf(server.RegisterAsync(body)));
    }

    [Fact]
    public async Task Register_WrongTypeOrSize_IsRefused()
    {
        await using RestServer server = await RestServer.StartAsync(new RestOptions { MaxBodyBytes = 100 });
        Assert.Equal((415, "not-json"), await TypeOf(server.Http.PostAsync("/api/v1/instances", new StringContent("{}"))));
        Assert.Equal((413, "too-large"), await TypeOf(server.RegisterAsync("{ \"service\": \"" + new string('x', 200) + "\" }")));
    }

    [Fact]
    public async Task Register_LimitReached_SaysWhenToRetry()
    {
        await using RestServer server = await RestServer.StartAsync(
            catalogOptions: new CatalogOptions { NodeName = RestServer.Node, NodeId = "", MaxInstances = 1 });
        HttpResponseMessage answer = await server.RegisterAsync("""{ "service": "one-too-many" }""");

        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
    }

    [Fact]
    public async Task Write_LogDegraded_IsAcknowledgedAndSaysSo()
    {
        await using RestServer server = await RestServer.StartAsync(log: new DegradedLog());
        HttpResponseMessage registered = await server.RegisterAsync("""{ "service": "web" }""");
        HttpResponseMessage gone = await server.Http.DeleteAsync("/api/v1/instances/web");

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.NoContent), (registered.StatusCode, gone.StatusCode));
        Assert.Equal("degraded", Assert.Single(registered.Headers.GetValues("Muster-Durability")));
        Assert.Equal("degraded", Assert.Single(gone.Headers.GetValues("Muster-Durability")));
    }

    [Fact]
    public async Task Write_LogHealthy_HasNoDurabilityHeader()
    {
        await using RestServer server = await RestServer.StartAsync();
        HttpResponseMessage registered = await server.RegisterAsync("""{ "service": "web" }""");
        Assert.False(registered.Headers.Contains("Muster-Durability"));
    }

    [Fact]
    public async Task Lease_Renewed_StaysAndNotRenewed_Expires()
    {
        await using RestServer server = await RestServer.StartAsync();
        await server.RegisterAsync("""{ "service": "leased", "leaseSeconds": 2 }""");
        long index = server.Catalog.ServiceIndex("leased");
        for (int i = 0; i < 5; i++)
        {
            Pass(server, TimeSpan.FromSeconds(1));
            Assert.Equal(HttpStatusCode.NoContent, (await server.Http.PutAsync("/api/v1/instances/leased/renew", null)).StatusCode);
        }

        Assert.Equal(index, server.Catalog.ServiceIndex("leased"));
        Pass(server, TimeSpan.FromSeconds(3));
        Assert.Equal((404, "unknown-instance"), await TypeOf(server.Http.PutAsync("/api/v1/instances/leased/renew", null)));
    }

    [Fact]
    public async Task Renew_WithoutLease_IsRefused()
    {
        await using RestServer server = await RestServer.StartAsync();
        await server.RegisterAsync("""{ "service": "web" }""");
        Assert.Equal((409, "no-lease"), await TypeOf(server.Http.PutAsync("/api/v1/instances/web/renew", null)));
    }

    [Fact]
    public async Task Deregister_IdWithSlash_Works()
    {
        await using RestServer server = await RestServer.StartAsync();
        await server.RegisterAsync("""{ "service": "web", "id": "a/b %2F" }""");
        Assert.Equal(HttpStatusCode.NoContent, (await server.Http.DeleteAsync("/api/v1/instances/" + Uri.EscapeDataString("a/b %2F"))).StatusCode);
        Assert.Null(server.Catalog.FindService("web"));
    }

    [Fact]
    public async Task Deregister_IdOnTwoNodes_NeedsTheNode()
    {
        await using RestServer server = await RestServer.StartAsync();
        foreach (string node in (string[])["n1", "n2"])
        {
            server.Catalog.RegisterNode(new NodeDefinition { Name = node, Address = "10.0.0.1", Datacenter = "dc1" });
            server.Catalog.Register(node, new InstanceDefinition { Service = "web", Id = "same" }, [], true, "test");
        }

        (int status, string type, JsonElement problem) = await RestServer.ProblemOf(server.Http.DeleteAsync("/api/v1/instances/same"));
        Assert.Equal((409, "ambiguous-id"), (status, type));
        Assert.Contains("n2", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NoContent, (await server.Http.DeleteAsync("/api/v1/instances/same?node=N2")).StatusCode);
        Assert.Equal("n1", server.Catalog.FindService("web")!.Instances[0].Node.Name);
    }

    private static void Pass(RestServer server, TimeSpan time)
    {
        for (TimeSpan passed = TimeSpan.Zero; passed < time; passed += server.Catalog.Options.Tick)
        {
            server.Time.Advance(server.Catalog.Options.Tick);
            server.Catalog.Tick();
        }
    }

    private static async Task<(int Status, string Type)> TypeOf(Task<HttpResponseMessage> request)
    {
        (int status, string type, _) = await RestServer.ProblemOf(request);
        return (status, type);
    }

    /// <summary>A log whose disk is full.</summary>
    private sealed class DegradedLog : IChangeLog
    {
        public long Append(in CatalogChange change) => 1;

        public ValueTask<bool> WaitDurableAsync(long sequence) => ValueTask.FromResult(false);
    }

    private static void AddServer(RestServer server, string name) =>
        Assert.True(server.Catalog.RegisterNode(new NodeDefinition
        {
            Name = name, Id = name, Address = "10.2.0.1", Datacenter = "dc1", Metadata = [new("consul-network-segment", "")],
        }).Ok);
}
