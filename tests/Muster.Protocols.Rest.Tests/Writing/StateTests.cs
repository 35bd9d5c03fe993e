using System.Net;
using System.Text.Json;
using Muster.Catalog;
using Muster.Model;

namespace Muster.Protocols.Rest.Tests.Writing;

public sealed class StateTests
{
    private const string Web = """{ "service": "web", "id": "web-1" }""";

    private static Instance Find(RestServer server) => server.Catalog.FindService("web")!.Instances[0];

    private static async Task<JsonElement> ShownAsync(RestServer server) =>
        (await server.GetAsync("services/web/instances/web-1")).GetProperty("instance");

    [Fact]
    public async Task Drain_IsShownAndUnhealthy_UntilItEnds()
    {
        await using RestServer server = await RestServer.StartAsync();
        await server.RegisterAsync(Web);

        Assert.Equal(HttpStatusCode.NoContent, (await server.SendAsync("PUT", "instances/web-1/drain?reason=deploy%207")).StatusCode);

        JsonElement shown = await ShownAsync(server);
        Assert.Equal(("draining", "critical", false), (shown.GetProperty("state").GetString(), shown.GetProperty("health").GetString(), shown.GetProperty("usable").GetBoolean()));
        Assert.Equal("draining: deploy 7", shown.GetProperty("reasons")[0].GetString());
        Assert.Equal(0, (await server.GetAsync("services/web?health=usable")).GetProperty("instances").GetArrayLength());
        Assert.Equal(1, (await server.GetAsync("services/web")).GetProperty("instances").GetArrayLength());

        Assert.Equal(HttpStatusCode.NoContent, (await server.SendAsync("DELETE", "instances/web-1/drain")).StatusCode);
        Assert.Equal("up", (await ShownAsync(server)).GetProperty("state").GetString());
    }

    [Theory]
    [InlineData("starting", InstanceState.Starting)]
    [InlineData("draining", InstanceState.Draining)]
    [InlineData("out_of_service", InstanceState.OutOfService)]
    public async Task SetState_Any_StaysUntilRemoved(string state, InstanceState expected)
    {
        await using RestServer server = await RestServer.StartAsync();
        await server.RegisterAsync(Web);
        await server.SendAsync("PUT", "instances/web-1/status", $$"""{ "state": "{{state}}", "reason": "why" }""");
        Assert.Equal(expected, Find(server).State);
        await server.RegisterAsync(Web);
        Assert.Equal(expected, Find(server).State);
        await server.SendAsync("DELETE", "instances/web-1/status");
        Assert.Equal(InstanceState.Up, Find(server).State);
    }

    [Fact]
    public async Task EndDrain_OfAnInstanceThatAnOperatorTookOut_LeavesItOut()
    {
        await using RestServer server = await RestServer.StartAsync();
        await server.RegisterAsync(Web);
        await server.SendAsync("PUT", "instances/web-1/status", """{ "state": "out_of_service" }""");
        await server.SendAsync("DELETE", "instances/web-1/drain");
        Assert.Equal(InstanceState.OutOfService, Find(server).State);
    }

    [Fact]
    public async Task Register_Starting_IsUpWhenSet()
    {
        await using RestServer server = await RestServer.StartAsync();
        await server.RegisterAsync("""{ "service": "web", "id": "web-1", "state": "starting" }""");
        JsonElement shown = await ShownAsync(server);
        Assert.Equal(("starting", "starting"), (shown.GetProperty("state").GetString(), shown.GetProperty("reasons")[0].GetString()));
        Assert.Equal("starting", shown.GetProperty("checks")[0].GetProperty("kind").GetString());
        await server.SendAsync("PUT", "instances/web-1/status", """{ "state": "up" }""");
        Assert.Equal(InstanceState.Up, Find(server).State);
    }

    [Fact]
    public async Task Register_CheckOfThisApi_NeedsThreeFailuresToBeCritical()
    {
        await using RestServer server = await RestServer.StartAsync();
        await server.RegisterAsync("""{ "service": "web", "id": "web-1", "checks": [ { "tcp": "10.0.0.7:80", "initialStatus": "passing" } ] }""");
        var seen = new List<HealthStatus>();
        for (int failure = 0; failure < 3; failure++)
        {
            server.Catalog.ReportCheck(RestServer.Node, "service:web-1", HealthStatus.Critical, "refused", ReportKind.Probe);
            seen.Add(Find(server).Status);
        }

        Assert.Equal([HealthStatus.Passing, HealthStatus.Passing, HealthStatus.Critical], seen);
    }

    [Theory]
    [InlineData("""{ "state": "asleep" }""", "state")]
    [InlineData("""{ }""", "state")]
    [InlineData("""{ "state": "up", "until": 5 }""", "until")]
    [InlineData("""{ "state": "draining", "reason": "a\nb" }""", "reason")]
    public async Task SetState_WhatIsNone_Is400(string body, string field)
    {
        await using RestServer server = await RestServer.StartAsync();
        await server.RegisterAsync(Web);
        (int status, _, JsonElement problem) = await RestServer.ProblemOf(server.SendAsync("PUT", "instances/web-1/status", body));
        Assert.Equal((400, field), (status, problem.GetProperty("errors")[0].GetProperty("field").GetString()));
    }

    [Fact]
    public async Task Register_InAStateThatIsNotItsOwnToSay_Is400()
    {
        await using RestServer server = await RestServer.StartAsync();
        Assert.Equal(400, (await RestServer.ProblemOf(server.RegisterAsync("""{ "service": "web", "state": "out_of_service" }"""))).Status);
    }

    [Theory]
    [InlineData("PUT", "instances/nobody/drain")]
    [InlineData("DELETE", "instances/nobody/drain")]
    [InlineData("DELETE", "instances/nobody/status")]
    public async Task Call_UnknownInstance_Is404(string method, string path)
    {
        await using RestServer server = await RestServer.StartAsync();
        Assert.Equal((404, "unknown-instance"), await RestServer.KindOf(server.SendAsync(method, path)));
    }
}
