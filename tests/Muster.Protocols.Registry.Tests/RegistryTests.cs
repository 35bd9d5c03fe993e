using System.Text.Json;
using Muster.Catalog;
using Muster.Model;

namespace Muster.Protocols.Registry.Tests;

public sealed class RegistryTests
{
    [Fact]
    public async Task Register_ThenList_ShowsEverything()
    {
        await using RegistryServer server = await RegistryServer.StartAsync();
        (int status, JsonElement made) = await server.RegisterAsync("p-1", """, "metadata": { "version": "2.4", "cores": 8, "canary": true } """);
        Assert.Equal(201, status);

        JsonElement instance = Assert.Single(await server.ListAsync("payments"));
        Assert.Equal(made.GetRawText(), instance.GetRawText());
        Assert.Equal(
            ("p-1", "payments", "10.0.0.7", 8080, "healthy", 30.0),
            (instance.GetProperty("instance_id").GetString(), instance.GetProperty("service_name").GetString(), instance.GetProperty("host").GetString(),
                instance.GetProperty("port").GetInt32(), instance.GetProperty("status").GetString(), instance.GetProperty("ttl_seconds").GetDouble()));
        Assert.Equal("""{"canary":"true","cores":"8","version":"2.4"}""", instance.GetProperty("metadata").GetRawText());
        Assert.Equal(server.Time.GetUtcNow(), instance.GetProperty("registered_at").GetDateTimeOffset(), TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Register_WhatItRead_ChangesNothing()
    {
        await using RegistryServer server = await RegistryServer.StartAsync();
        (_, JsonElement made) = await server.RegisterAsync("p-1");
        long index = server.Catalog.ServiceIndex("payments");
        (int status, JsonElement again) = await server.SendAsync("POST", "/register", made.GetRawText());
        Assert.Equal((200, made.GetRawText(), index), (status, again.GetRawText(), server.Catalog.ServiceIndex("payments")));
    }

    [Fact]
    public async Task Calls_IdOnAnotherServersNode_AreDoneThere()
    {
        await using RegistryServer server = await RegistryServer.StartAsync();
        var other = new NodeDefinition
        {
            Name = "n2", Id = "n2", Address = "10.2.0.1", Datacenter = "dc1", Metadata = [new("consul-network-segment", "")],
        };
        Assert.True(server.Catalog.RegisterNode(other).Ok);
        await server.RegisterAsync("p-1");
        InstanceDefinition definition = server.Catalog.FindInstances("p-1")[0].Data.Unpack();
        server.Catalog.Deregister("n1", "p-1", "test");
        server.Catalog.Register("n2", definition, [], true, "test");
        long index = server.Catalog.ServiceIndex("payments");

        (int status, _) = await server.RegisterAsync("p-1");
        Assert.Equal((200, index), (status, server.Catalog.ServiceIndex("payments")));
        Assert.Equal(200, (await server.SendAsync("PUT", "/heartbeat/p-1")).Status);
        await server.RegisterAsync("p-1", """, "metadata": { "version": "2" } """);
        Assert.Equal("n2", Assert.Single(server.Catalog.FindInstances("p-1")).Node.Name);
        Assert.Equal(204, (await server.SendAsync("DELETE", "/instances/p-1")).Status);
        Assert.Empty(server.Catalog.FindInstances("p-1"));
    }

    [Fact]
    public async Task Heartbeat_KeepsTheInstance_AndItsAbsenceEndsIt()
    {
        await using RegistryServer server = await RegistryServer.StartAsync();
        await server.RegisterAsync("p-1");
        long index = server.Catalog.ServiceIndex("payments");
        for (int i = 0; i < 3; i++)
        {
            server.Run(20);
            (int status, JsonElement body) = await server.SendAsync("PUT", "/heartbeat/p-1");
            Assert.Equal(200, status);
            Assert.Equal(server.Time.GetUtcNow(), body.GetProperty("last_heartbeat").GetDateTimeOffset(), TimeSpan.FromSeconds(0.2));
            Assert.Equal(60 - (20 * (2 - i)), (body.GetProperty("last_heartbeat").GetDateTimeOffset() - body.GetProperty("registered_at").GetDateTimeOffset()).TotalSeconds, 1.0);
        }

        Assert.Equal(index, server.Catalog.ServiceIndex("payments"));
        server.Run(29.5);
        Assert.Single(await server.ListAsync("payments"));
        server.Run(1);
        Assert.Empty(await server.ListAsync("payments"));
        Assert.Equal(404, (await server.SendAsync("PUT", "/heartbeat/p-1")).Status);
        Assert.Equal(201, (await server.RegisterAsync("p-1")).Status);
    }

    [Fact]
    public async Task Register_WithATtl_ExpiresAfterIt()
    {
        await using RegistryServer server = await RegistryServer.StartAsync();
        await server.RegisterAsync("p-1", """, "ttl_seconds": 2 """);
        server.Run(1.9);
        Assert.Single(await server.ListAsync("payments"));
        server.Run(0.3);
        Assert.Empty(await server.ListAsync("payments"));
    }

    [Fact]
    public async Task Register_Starting_IsHealthyFromItsFirstHeartbeatOn()
    {
        await using RegistryServer server = await RegistryServer.StartAsync();
        (_, JsonElement made) = await server.RegisterAsync("p-1", """, "status": "starting" """);
        Assert.Equal("starting", made.GetProperty("status").GetString());
        Assert.Empty(await server.ListAsync("payments"));

        (_, JsonElement beaten) = await server.SendAsync("PUT", "/heartbeat/p-1");
        Assert.Equal("healthy", beaten.GetProperty("status").GetString());
        Assert.Single(await server.ListAsync("payments"));
    }

    [Fact]
    public async Task List_OnlyTheHealthy_WhateverDialectRegisteredThem()
    {
        await using RegistryServer server = await RegistryServer.StartAsync();
        await server.RegisterAsync("p-1");
        await server.RegisterAsync("p-2");
        var other = new InstanceDefinition { Service = "payments", Id = "p-3", Port = 1 };
        server.Catalog.Register("n1", other, [new CheckDefinition { Name = "x", InitialStatus = HealthStatus.Warning }], false, "test");
        server.Catalog.Register("n1", other with { Id = "p-4" }, [new CheckDefinition { Name = "x" }], false, "test");
        server.Catalog.SetState("n1", "p-2", InstanceState.Draining, "");

        JsonElement[] listed = await server.ListAsync("Payments");
        Assert.Equal([("p-1", "10.0.0.7"), ("p-3", "127.0.0.1")], listed.Select(one => (one.GetProperty("instance_id").GetString(), one.GetProperty("host").GetString())));
        Assert.Equal("unhealthy", (await server.SendAsync("PUT", "/heartbeat/p-2")).Body.GetProperty("status").GetString());
        Assert.Equal(409, (await server.SendAsync("PUT", "/heartbeat/p-3")).Status);
    }

    [Fact]
    public async Task Delete_Removes()
    {
        await using RegistryServer server = await RegistryServer.StartAsync();
        await server.RegisterAsync("a/b c");
        Assert.Equal(204, (await server.SendAsync("DELETE", "/instances/a%2Fb%20c")).Status);
        Assert.Empty(await server.ListAsync("payments"));
        Assert.Equal(404, (await server.SendAsync("DELETE", "/instances/a%2Fb%20c")).Status);
    }

    [Fact]
    public async Task Register_AnIdThatIsTaken_Is409()
    {
        await using RegistryServer server = await RegistryServer.StartAsync();
        await server.RegisterAsync("p-1");
        (int status, JsonElement body) = await server.SendAsync("POST", "/register", """{ "instance_id": "p-1", "service_name": "orders", "host": "h", "port": 1 }""");
        Assert.Equal((409, "instance_id"), (status, body.GetProperty("errors")[0].GetProperty("field").GetString()));

        server.Catalog.RegisterNode(new NodeDefinition { Name = "n2", Address = "10.0.0.2", Datacenter = "dc1" });
        server.Catalog.Register("n2", new InstanceDefinition { Service = "payments", Id = "p-2" }, [], false, "test");
        Assert.Equal(409, (await server.RegisterAsync("p-2")).Status);
    }

    [Theory]
    [InlineData("http://elsewhere.example", 403)]
    [InlineData("null", 403)]
    [InlineData("http://{0}", 201)]
    public async Task Register_ByAPageInABrowser_OnlyByTheServersOwn(string origin, int status)
    {
        await using RegistryServer server = await RegistryServer.StartAsync();
        const string Body = """{ "instance_id": "p-1", "service_name": "payments", "host": "10.0.0.7", "port": 8080 }""";
        Assert.Equal(status, (await server.SendAsync("POST", "/register", Body, origin.Replace("{0}", server.Authority, StringComparison.Ordinal))).Status);
        Assert.Equal(status == 201 ? 1 : 0, (await server.ListAsync("payments")).Length);
    }

    [Fact]
    public async Task Register_BeyondALimit_Is429()
    {
        await using RegistryServer server = await RegistryServer.StartAsync(maxInstances: 2);
        Assert.Equal(201, (await server.RegisterAsync("p-1")).Status);
        Assert.Equal(429, (await server.RegisterAsync("p-2")).Status);
    }

    [Theory]
    [InlineData("{}", "service_name instance_id host port")]
    [InlineData("""{ "instance_id": "..", "service_name": "a/b", "host": "a b", "port": 0 }""", "service_name instance_id host port")]
    [InlineData("""{ "instance_id": "a", "service_name": "b", "host": "c", "port": 80.5, "ttl_seconds": 0, "metadata": { "a b": "c", "d": [] }, "status": "dead" }""", "port metadata.a b metadata.d ttl_seconds status")]
    [InlineData("""{ "instance_id": 5, "service_name": "b", "host": "c", "port": "80", "metadata": [] }""", "instance_id port metadata")]
    [InlineData("[]", "body")]
    [InlineData("{", "body")]
    [InlineData("", "body")]
    [InlineData("{\"instance_id\":\"a\",\"instance_id\":\"b\"}", "body")]
    [InlineData("{\"instance_id\":\"a\\ud800\",\"service_name\":\"a\"}", "body")]
    public async Task Register_WhatBreaksRules_Is400WithEachFieldAndItsRule(string body, string fields)
    {
        await using RegistryServer server = await RegistryServer.StartAsync();
        (int status, JsonElement answer) = await server.SendAsync("POST", "/register", body);
        Assert.Equal(400, status);
        JsonElement[] errors = [.. answer.GetProperty("errors").EnumerateArray()];
        Assert.Equal(fields.Split(' ').Order(), string.Join(' ', errors.Select(error => error.GetProperty("field").GetString())).Split(' ').Order());
        Assert.All(errors, error => Assert.StartsWith("must be ", error.GetProperty("rule").GetString(), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(65_536, 400)]
    [InlineData(65_537, 413)]
    public async Task Register_LongBody_IsTakenUpToTheLimit(int length, int status)
    {
        await using RegistryServer server = await RegistryServer.StartAsync();
        Assert.Equal(status, (await server.SendAsync("POST", "/register", "{" + new string(' ', length - 2) + "}")).Status);
    }

    [Theory]
    [InlineData("GET", "/register", 405)]
    [InlineData("POST", "/heartbeat/p-1", 405)]
    [InlineData("PUT", "/instances/p-1", 405)]
    [InlineData("PUT", "/heartbeat/", 404)]
    [InlineData("GET", "/instances/", 404)]
    [InlineData("GET", "/instances/a/b", 404)]
    [InlineData("HEAD", "/instances/nobody", 200)]
    public async Task Request_OfAnotherShape_SaysSo(string method, string path, int status)
    {
        await using RegistryServer server = await RegistryServer.StartAsync();
        Assert.Equal(status, (await server.SendAsync(method, path)).Status);
    }

    [Fact]
    public void EveryEndpoint_IsDocumented()
    {
        string text = File.ReadAllText(Repository.PathOf("docs", "reference", "registry-api.md"))
            .Replace("{instance_id}", "*", StringComparison.Ordinal).Replace("{service_name}", "*", StringComparison.Ordinal);
        Assert.All(RegistryApi.Endpoints, endpoint => Assert.Contains($"`{endpoint.Method} {endpoint.Pattern}`", text, StringComparison.Ordinal));
    }
}
