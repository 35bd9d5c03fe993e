using System.Globalization;
using System.Text.Json;
using Muster.Server.Cli;
using Muster.Server.Cli.Output;

namespace Muster.FunctionalTests;

/// <summary>A hold from its beginning to its end, as people and programs see it.</summary>
public sealed class SelfPreservationTests
{
    private const int Instances = 30;

    [Fact]
    public async Task EverybodyFallsSilent_IsHeldAndSaidEverywhere_UntilAnOperatorEndsIt()
    {
        // the clock stands still while they register: who comes after another was last heard makes up for it
        var time = new ManualTime();
        await using RunningAgent agent = await RunningAgent.StartAsync(time, "-dev", """-hcl={"preservation":{"threshold_percent":20}}""");
        for (int i = 0; i < Instances; i++)
        {
            await agent.RegisterAsync($$"""{ "Name": "web", "ID": "web-{{i}}", "Port": 80, "Lease": "1s" }""");
        }

        RunUntil(agent, time, () => agent.Agent.Catalog.Preservation.View is { IsHolding: true } view && view.Holds[0].Held == Instances);

        JsonElement shown = JsonDocument.Parse(await agent.GetAsync("/api/v1/preservation")).RootElement;
        Assert.True(shown.GetProperty("holding").GetBoolean());
        Assert.Equal(20, shown.GetProperty("thresholdPercent").GetInt32());
        JsonElement hold = shown.GetProperty("holds")[0];
        Assert.Equal("all heartbeats", $"{hold.GetProperty("scope").GetString()} {hold.GetProperty("signal").GetString()}");

        // as many as were missing when it began, which on a busy machine is before all are
        Assert.Matches($"^[0-9]+ of {Instances} heartbeats are missing, more than 20 %$", hold.GetProperty("cause").GetString());
        Assert.Equal(Instances, shown.GetProperty("instances").GetArrayLength());
        Assert.Equal("began", shown.GetProperty("events")[0].GetProperty("kind").GetString());

        JsonElement explained = JsonDocument.Parse(await agent.GetAsync("/api/v1/services/web/instances/web-7")).RootElement;
        Assert.Contains("TTL 1 s; held since", explained.GetProperty("held").GetString(), StringComparison.Ordinal);
        Assert.Matches($"\"preservation\":\"holding\",\"holds\":\\[\"all: [0-9]+ of {Instances} ", await agent.GetAsync("/health/ready"));
        string metrics = await agent.GetAsync("/metrics");
        Assert.Contains("muster_preservation_holding 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("muster_preservation_held{signal=\"heartbeats\"} 30\n", metrics, StringComparison.Ordinal);
        Assert.Contains("muster_preservation_missed{signal=\"heartbeats\"} 30\n", metrics, StringComparison.Ordinal);
        Assert.Contains("HELD by self-preservation: last heartbeat", await RunAsync(agent, "explain", "web/web-7"), StringComparison.Ordinal);
        string report = await RunAsync(agent, "preservation");
        Assert.StartsWith("n1: HOLDING\n\nall (heartbeats), since ", report, StringComparison.Ordinal);
        Assert.Contains("... and 10 more", report, StringComparison.Ordinal);

        using (HttpResponseMessage gone = await agent.PutAsync("/v1/agent/service/deregister/web-0"))
        {
            Assert.True(gone.IsSuccessStatusCode);
        }

        Assert.Equal(Instances - 1, agent.Agent.Catalog.FindService("web")!.Instances.Length);
        Assert.Equal("nothing was held\n", await RunAsync(agent, "preservation", "end", "--scope", "zone:a"));
        Assert.Equal("ended 1 hold: what is still silent expires now\n", await RunAsync(agent, "preservation", "end"));
        RunUntil(agent, time, () => agent.Agent.Catalog.FindService("web") is null);

        shown = JsonDocument.Parse(await agent.GetAsync("/api/v1/preservation")).RootElement;
        Assert.False(shown.GetProperty("holding").GetBoolean());
        Assert.Equal("ended by an operator", shown.GetProperty("events")[1].GetProperty("cause").GetString());
        Assert.Contains("\"preservation\":\"idle\"", await agent.GetAsync("/health/ready"), StringComparison.Ordinal);
        Assert.StartsWith("n1: nothing is held; a hold begins when more than 20 % of at least 20", await RunAsync(agent, "preservation"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SwitchedOff_EverybodyExpires()
    {
        await using RunningAgent agent = await RunningAgent.StartAsync("-dev", """-hcl={"preservation":{"enabled":false}}""");
        for (int i = 0; i < Instances; i++)
        {
            await agent.RegisterAsync($$"""{ "Name": "web", "ID": "web-{{i}}", "Port": 80, "Lease": "300ms" }""");
        }

        WaitUntil(() => agent.Agent.Catalog.FindService("web") is null);
        Assert.Equal("n1: self-preservation is switched off\n", await RunAsync(agent, "preservation"));
    }

    private static async Task<string> RunAsync(RunningAgent agent, params string[] arguments)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        using var errors = new StringWriter(CultureInfo.InvariantCulture);
        var commandLine = new CommandLine(
            new CommandOutput(output, errors, IsTerminal: false),
            name => name == "MUSTER_HTTP_ADDR" ? agent.Agent.HttpAddresses.First() : null,
            (_, _) => throw new InvalidOperationException("no agent is to be run"));
        Assert.Equal(ExitCode.Ok, await commandLine.RunAsync(arguments));
        return output.ToString();
    }

    private static void RunUntil(RunningAgent agent, ManualTime time, Func<bool> condition)
    {
        for (int ticks = 0; !condition(); ticks++)
        {
            Assert.True(ticks < 1000, $"it did not happen within {ticks} ticks");
            time.Advance(agent.Agent.Catalog.Options.Tick);
            agent.Agent.Catalog.Tick();
        }
    }

    private static void WaitUntil(Func<bool> condition) =>
        Assert.True(SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(30)), "it did not happen within 30 s");
}
