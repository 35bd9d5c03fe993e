using Muster.Model;

namespace Muster.FunctionalTests;

public sealed class ReloadTests : IDisposable
{
    private const string Web = """{ "name": "web", "id": "web-1", "port": 80, "check": { "ttl": "10m", "status": "passing" } }""";

    private readonly TemporaryDirectory _folder = new();

    private string File => Path.Combine(_folder.Path, "agent.json");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Reload_DefinitionsAddedChangedAndRemoved_AreReconciled()
    {
        await using RunningAgent agent = await StartAsync($$"""
            { "services": [ {{Web}}, { "name": "old", "port": 1 }, { "name": "moved", "port": 1 } ],
              "checks": [ { "name": "disk", "ttl": "10m" }, { "name": "memory", "ttl": "10m" } ] }
            """);
        long untouched = ModifyIndexOf(agent, "web-1");

        Write($$"""{ "services": [ {{Web}}, { "name": "new", "port": 1 }, { "name": "moved", "port": 2 } ], "check": { "name": "disk", "ttl": "10m" } }""");
        Assert.Empty(await agent.Agent.ReloadAsync());

        Assert.Equal(["moved:2", "new:1", "web-1:80"], Services(agent));
        Assert.NotNull(Check(agent, "disk"));
        Assert.Null(Check(agent, "memory"));
        Assert.Equal(untouched, ModifyIndexOf(agent, "web-1"));
    }

    [Fact]
    public async Task Reload_NothingChanged_ChangesNothing()
    {
        const string Attached = """{ "name": "deep", "service_id": "web-1", "ttl": "10m" }""";
        await using RunningAgent agent = await StartAsync($$"""{ "service": {{Web}}, "checks": [ {{Attached}} ] }""");
        await agent.PutAsync("/v1/agent/check/pass/deep");
        long changes = agent.Agent.Catalog.Statistics.Changes;

        Assert.Empty(await agent.Agent.ReloadAsync());

        Assert.Equal(changes, agent.Agent.Catalog.Statistics.Changes);
        Assert.Equal(HealthStatus.Passing, Check(agent, "deep"));
    }

    [Fact]
    public async Task Reload_ServiceChanged_KeepsTheStatusOfItsChecks()
    {
        const string Attached = """{ "name": "deep", "service_id": "web-1", "ttl": "10m" }""";
        await using RunningAgent agent = await StartAsync($$"""{ "service": {{Web}}, "checks": [ {{Attached}} ] }""");
        await agent.PutAsync("/v1/agent/check/pass/deep");

        Write($$"""{ "service": {{Web.Replace("80", "81", StringComparison.Ordinal)}}, "checks": [ {{Attached}} ] }""");
        Assert.Empty(await agent.Agent.ReloadAsync());

        Assert.Equal(["web-1:81"], Services(agent));
        Assert.Equal(HealthStatus.Passing, Check(agent, "deep"));
        Assert.Equal(HealthStatus.Passing, Check(agent, "service:web-1"));
    }

    [Fact]
    public async Task Reload_ServiceRegisteredByAClient_StaysThere()
    {
        await using RunningAgent agent = await StartAsync($$"""{ "service": {{Web}} }""");
        await agent.RegisterAsync("""{"Name":"guest","Port":5}""");
        Write("{}");
        Assert.Empty(await agent.Agent.ReloadAsync());
        Assert.Equal(["guest:5"], Services(agent));
    }

    [Theory]
    [InlineData("{ broken")]
    [InlineData("""{ "log_level": "shout", "services": [ { "name": "new" } ] }""")]
    [InlineData("""{ "services": [ { "name": "new" }, { "port": 1 } ] }""")]
    public async Task Reload_BadFile_KeepsTheLastGoodState(string bad)
    {
        await using RunningAgent agent = await StartAsync($$"""{ "service": {{Web}} }""");
        Write(bad);
        Assert.NotEmpty(await agent.Agent.ReloadAsync());
        Assert.Equal(["web-1:80"], Services(agent));
        string metrics = await agent.GetAsync("/metrics");
        Assert.Contains("muster_agent_configuration_stale 1", metrics, StringComparison.Ordinal);
        Assert.Contains("muster_agent_reloads_total{outcome=\"failed\"} 1", metrics, StringComparison.Ordinal);

        Write("{}");
        Assert.Empty(await agent.Agent.ReloadAsync());
        Assert.Empty(Services(agent));
        Assert.Contains("muster_agent_configuration_stale 0", await agent.GetAsync("/metrics"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reload_NodeMetadata_ShowsAtOnce()
    {
        await using RunningAgent agent = await StartAsync("""{ "node_meta": { "rack": "a" } }""");
        Write("""{ "node_meta": { "rack": "b" } }""");
        Assert.Empty(await agent.Agent.ReloadAsync());
        Assert.Contains("\"rack\":\"b\"", await agent.GetAsync("/v1/catalog/nodes"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_ServiceTakenOutOfTheFileWhileTheServerWasDown_IsGone()
    {
        using var data = new TemporaryDirectory();
        RunningAgent first = await StartAsync($$"""{ "services": [ {{Web}}, { "name": "old", "port": 1 } ] }""", $"-data-dir={data.Path}");
        await first.RegisterAsync("""{"Name":"guest","Port":5}""");
        await first.StopAsync();

        await using RunningAgent second = await StartAsync($$"""{ "services": [ {{Web}} ] }""", $"-data-dir={data.Path}");
        Assert.Equal(["guest:5", "web-1:80"], Services(second));
    }

    private Task<RunningAgent> StartAsync(string configuration, string mode = "-dev")
    {
        Write(configuration);
        return RunningAgent.StartAsync(mode, "-config-file", File);
    }

    private void Write(string configuration) => System.IO.File.WriteAllText(File, configuration);

    private static IEnumerable<string> Services(RunningAgent agent) =>
        agent.Agent.Catalog.InstancesOn(agent.Agent.Catalog.LocalNode)
            .Select(instance => $"{System.Text.Encoding.UTF8.GetString(instance.Data.Id)}:{instance.Data.Port}").Where(text => text != "consul:8300");

    private static long ModifyIndexOf(RunningAgent agent, string id) =>
        agent.Agent.Catalog.FindInstance(agent.Agent.Catalog.LocalNode, id)!.ModifyIndex;

    private static HealthStatus? Check(RunningAgent agent, string id) =>
        agent.Agent.Catalog.FindCheck(agent.Agent.Catalog.LocalNode, id)?.Check.Status;
}
