using System.Text.Json;

namespace Muster.FunctionalTests;

public class AliasCheckTests
{
    [Fact]
    public async Task AliasOfService_FollowsItsChecks()
    {
        await using RunningAgent agent = await RunningAgent.StartAsync("-dev");
        await agent.RegisterAsync("""{"Name":"web","Checks":[{"CheckID":"a","Name":"first","TTL":"60s","Status":"passing"},{"CheckID":"b","Name":"second","TTL":"60s","Status":"passing"}]}""");
        await agent.RegisterAsync("""{"Name":"side","Check":{"CheckID":"alias","AliasService":"web"}}""");

        Assert.Equal("All checks passing.", await UntilAsync(agent, "passing"));
        await agent.PutAsync("/v1/agent/check/warn/b?note=hot");
        Assert.Equal("Aliased check \"second\" failing: hot", await UntilAsync(agent, "warning"));
        await agent.PutAsync("/v1/agent/check/fail/a?note=gone");
        Assert.Equal("Aliased check \"first\" failing: gone", await UntilAsync(agent, "critical"));
        await agent.PutAsync("/v1/agent/check/pass/a");
        await agent.PutAsync("/v1/agent/check/pass/b");
        await UntilAsync(agent, "passing");
        await agent.PutAsync("/v1/agent/service/deregister/web");
        Assert.Equal("Service web could not be found on node n1", await UntilAsync(agent, "critical"));
    }

    [Fact]
    public async Task AliasOfServiceWithoutChecks_Passes()
    {
        await using RunningAgent agent = await RunningAgent.StartAsync("-dev");
        await agent.PutAsync("/v1/catalog/register", """{"Node":"bare","Address":"10.0.0.1","Service":{"Service":"web"}}""");
        await agent.RegisterAsync("""{"Name":"side","Check":{"CheckID":"alias","AliasNode":"bare","AliasService":"web"}}""");

        Assert.Equal("No checks found.", await UntilAsync(agent, "passing"));
    }

    [Fact]
    public async Task AliasOfNode_FollowsTheNodesChecks()
    {
        await using RunningAgent agent = await RunningAgent.StartAsync("-dev");
        await agent.RegisterAsync("""{"Name":"side","Check":{"CheckID":"alias","AliasNode":"N1"}}""");
        Assert.Equal("All checks passing.", await UntilAsync(agent, "passing"));

        await agent.PutAsync("/v1/agent/check/register", """{"Name":"disk","TTL":"60s","Status":"critical"}""");

        Assert.Equal("Aliased check \"disk\" failing: ", await UntilAsync(agent, "critical"));
    }

    /// <summary>An alias of its own instance repeats the other checks, and would never recover if it counted itself.</summary>
    [Fact]
    public async Task AliasOfItself_CountsOnlyTheOthers()
    {
        await using RunningAgent agent = await RunningAgent.StartAsync("-dev");
        await agent.RegisterAsync("""{"Name":"web","Checks":[{"CheckID":"a","Name":"first","TTL":"60s"},{"CheckID":"alias","AliasService":"web"}]}""");
        await UntilAsync(agent, "critical");

        await agent.PutAsync("/v1/agent/check/pass/a");

        Assert.Equal("All checks passing.", await UntilAsync(agent, "passing"));
    }

    /// <summary>Aliases registered without a service stand among the node's checks, which count for each of them.</summary>
    [Fact]
    public async Task AliasesOfANode_DoNotKeepEachOtherCritical()
    {
        await using RunningAgent agent = await RunningAgent.StartAsync("-dev");
        await agent.RegisterAsync("""{"Name":"web","Check":{"CheckID":"a","Name":"first","TTL":"60s"}}""");
        await agent.PutAsync("/v1/agent/check/register", """{"ID":"other","Name":"another","AliasService":"web"}""");
        await agent.PutAsync("/v1/agent/check/register", """{"ID":"alias","Name":"of web","AliasService":"web"}""");
        await UntilAsync(agent, "critical", "node/n1");

        await agent.PutAsync("/v1/agent/check/pass/a");

        Assert.Equal("All checks passing.", await UntilAsync(agent, "passing", "node/n1"));
    }

    [Fact]
    public async Task Recovered_AliasFollowsAgain()
    {
        using var data = new TemporaryDirectory();
        string[] flags = [$"-data-dir={data.Path}", "-server", "-bootstrap"];
        RunningAgent first = await RunningAgent.StartAsync(flags);
        await first.RegisterAsync("""{"Name":"web","Check":{"CheckID":"a","Name":"first","TTL":"60s","Status":"passing"}}""");
        await first.RegisterAsync("""{"Name":"side","Check":{"CheckID":"alias","AliasService":"web"}}""");
        await UntilAsync(first, "passing");
        await first.StopAsync();

        await using RunningAgent second = await RunningAgent.StartAsync(flags);
        await second.PutAsync("/v1/agent/check/fail/a");

        Assert.Equal("Aliased check \"first\" failing: ", await UntilAsync(second, "critical"));
    }

    private static async Task<string> UntilAsync(RunningAgent agent, string status, string watched = "checks/side")
    {
        for (long index = 1; ;)
        {
            using HttpResponseMessage answer = await agent.Client.GetAsync(new Uri($"/v1/health/{watched}?index={index}&wait=30s", UriKind.Relative), TestContext.Current.CancellationToken);
            using JsonDocument checks = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
            string path = "/v1/agent/checks";
            using JsonDocument all = JsonDocument.Parse(await agent.GetAsync(path));
            JsonElement alias = all.RootElement.GetProperty("alias");
            if (alias.GetProperty("Status").GetString() == status)
            {
                return alias.GetProperty("Output").GetString()!;
            }

            index = long.Parse(answer.Headers.GetValues("X-Consul-Index").Single());
        }
    }
}
