using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Muster.Server.Cli;
using Muster.Server.Cli.Output;

namespace Muster.FunctionalTests.Staleness;

/// <summary>
/// Question 6: instances that crash at a hundred phases of their heartbeat are in answers for as long as the server said,
/// and never shorter than their TTL, whichever way one asks. The clock is the test's, so nothing is rounded by waiting.
/// </summary>
public sealed class StalenessBudgetTests(ITestOutputHelper output)
{
    private const int Phases = 100;
    private static readonly TimeSpan s_heartbeat = TimeSpan.FromSeconds(10), s_ttl = TimeSpan.FromSeconds(30), s_tick = TimeSpan.FromMilliseconds(50);

    [Theory]
    [InlineData("lease")]
    [InlineData("ttl")]
    public async Task Crash_AtAnyPhaseOfTheHeartbeat_EveryInterfaceKeepsTheBudgetAndTheTtl(string kind)
    {
        var time = new ManualTime();
        await using RunningAgent agent = await RunningAgent.StartAsync(time, "-dev", """-hcl={ "preservation": { "enabled": false } }""");
        await using var probe = new StalenessProbe(agent, time, kind, s_ttl);

        // an odd step, so that heartbeats fall between ticks
        Victim[] victims = [.. Enumerable.Range(0, Phases).Select(number => new Victim(number, (number * s_heartbeat / Phases) + TimeSpan.FromTicks(number * 7919)))];
        await probe.RegisterAsync(victims);
        TimeSpan budget = await BudgetAsync(agent, victims[0].Service);
        TimeSpan began = s_tick * Math.Ceiling(time.Now / s_tick), crash = s_heartbeat;
        foreach (Victim victim in victims)
        {
            await AdvanceToAsync(probe, began + victim.LastHeartbeat);
            await probe.HeartbeatAsync(victim);
        }

        // all of them crash now; nothing can leave before the first one's TTL is over
        await AdvanceToAsync(probe, began + s_ttl - (2 * s_tick));
        var open = new List<Victim>(victims);
        TimeSpan slowest = TimeSpan.Zero;
        for (TimeSpan now = s_ttl - (2 * s_tick); open.Count > 0; now += s_tick)
        {
            Assert.True(now < s_heartbeat + budget + s_ttl, $"{open.Count} are never gone, among them {open[0]}");
            await AdvanceToAsync(probe, began + now);
            long looked = Stopwatch.GetTimestamp();
            foreach (Victim victim in open.TakeWhile(victim => victim.LastHeartbeat + s_ttl <= now + (2 * s_tick)).ToArray())
            {
                await probe.LookAsync(victim, now);
                if (victim.Gone.Count == StalenessProbe.Interfaces.Count)
                {
                    open.Remove(victim);
                    TimeSpan took = Stopwatch.GetElapsedTime(looked);
                    slowest = took > slowest ? took : slowest;
                }
            }
        }

        string[] lines = [.. StalenessProbe.Interfaces.Select(way => LineOf(way, victims, crash))];
        WriteFigures(kind, budget, slowest, lines);
        foreach (string way in StalenessProbe.Interfaces)
        {
            TimeSpan[] silent = [.. victims.Select(victim => victim.Gone[way] - victim.LastHeartbeat)];
            TimeSpan dead = victims.Max(victim => victim.Gone[way] - crash);
            Assert.True(silent.Min() >= s_ttl, $"{way} lost an instance that was silent for {silent.Min()}");
            Assert.True(silent.Max() <= budget, $"{way} had an instance that was silent for {silent.Max()}");
            Assert.True(dead <= budget);
        }
    }

    private static string LineOf(string way, Victim[] victims, TimeSpan crash)
    {
        double[] silent = [.. victims.Select(victim => (victim.Gone[way] - victim.LastHeartbeat).TotalSeconds)];
        double dead = victims.Max(victim => (victim.Gone[way] - crash).TotalSeconds);
        return string.Create(CultureInfo.InvariantCulture, $"| {way}: silent at least / at most, dead at most | {silent.Min():F3} / {silent.Max():F3} s, {dead:F3} s |");
    }

    /// <summary>Prints the figures, and leaves them where the tables of the other questions are.</summary>
    private void WriteFigures(string kind, TimeSpan budget, TimeSpan slowest, string[] lines)
    {
        string table = string.Create(CultureInfo.InvariantCulture, $"""
            ### 6 Staleness, {kind}

            | what | figure |
            |---|---|
            | {Phases} phases of a heartbeat of {s_heartbeat.TotalSeconds} s | TTL {s_ttl.TotalSeconds} s, budget {budget.TotalSeconds} s |
            {string.Join('\n', lines)}
            | the slowest look at all interfaces | {slowest.TotalMilliseconds:F1} ms of real time |

            """);
        output.WriteLine(table);
        string folder = Directory.CreateDirectory(Repository.PathOf("artifacts", "failure-tests")).FullName;
        File.WriteAllText(Path.Combine(folder, $"6-staleness-{kind}.md"), table);
    }

    /// <summary>Moves the clock tick by tick, and lets what is due happen before it moves on.</summary>
    private static async Task AdvanceToAsync(StalenessProbe probe, TimeSpan moment)
    {
        while (probe.Time.Now < moment)
        {
            TimeSpan nextTick = s_tick * (Math.Floor(probe.Time.Now / s_tick) + 1);
            probe.Time.Advance((nextTick < moment ? nextTick : moment) - probe.Time.Now);
            if (probe.Time.Now == nextTick)
            {
                await probe.TickAsync();
            }
        }
    }

    /// <summary>What the server promises, as data and in words.</summary>
    private static async Task<TimeSpan> BudgetAsync(RunningAgent agent, string service)
    {
        using JsonDocument staleness = JsonDocument.Parse(await agent.GetAsync($"/api/v1/services/{service}/staleness"));
        JsonElement victim = staleness.RootElement.GetProperty("instances").EnumerateArray().Single(
            instance => instance.GetProperty("id").GetString()!.StartsWith("victim", StringComparison.Ordinal));
        double seconds = victim.GetProperty("totalSeconds").GetDouble();

        using var explained = new StringWriter();
        var commandLine = new CommandLine(
            new CommandOutput(explained, explained, IsTerminal: false), name => name == "MUSTER_HTTP_ADDR" ? agent.Client.BaseAddress!.ToString() : null, (_, _) => Task.FromResult(1));
        Assert.Equal(ExitCode.Ok, await commandLine.RunAsync(["explain", $"{service}/{victim.GetProperty("id").GetString()}"]));
        Assert.Equal(seconds, double.Parse(explained.ToString().Split("leaves answers within ")[1].Split(" s")[0], CultureInfo.InvariantCulture));
        return TimeSpan.FromSeconds(seconds);
    }
}
