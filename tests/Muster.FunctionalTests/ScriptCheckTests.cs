using System.Net;
using System.Text.Json;

namespace Muster.FunctionalTests;

public class ScriptCheckTests
{
    private const string Script = """{"Name":"disk","Args":["/bin/sh","-c","echo hot; exit 1"],"Interval":"1h"}""";

    [Fact]
    public async Task Register_ScriptsNotEnabled_IsRefusedInConsulsWords()
    {
        await using RunningAgent agent = await RunningAgent.StartAsync("-dev", "-enable-local-script-checks");

        using HttpResponseMessage answer = await agent.PutAsync("/v1/agent/check/register", Script);

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Equal(
            "Scripts are disabled on this agent from remote calls; to enable, configure 'enable_script_checks' to true",
            await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Register_ScriptsEnabled_Runs()
    {
        await using RunningAgent agent = await RunningAgent.StartAsync("-dev", "-enable-script-checks");

        using HttpResponseMessage answer = await agent.PutAsync("/v1/agent/check/register", Script);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(("warning", "hot\n"), await ResultAsync(agent));
    }

    [Theory]
    [InlineData("-node=n1", false, false)]
    [InlineData("-enable-local-script-checks", true, false)]
    [InlineData("-enable-script-checks", true, true)]
    public async Task Self_Always_TellsWhatIsEnabled(string flag, bool local, bool remote)
    {
        await using RunningAgent agent = await RunningAgent.StartAsync("-dev", flag);

        using JsonDocument self = JsonDocument.Parse(await agent.GetAsync("/v1/agent/self"));

        JsonElement debug = self.RootElement.GetProperty("DebugConfig");
        Assert.Equal((local, remote), (debug.GetProperty("EnableLocalScriptChecks").GetBoolean(), debug.GetProperty("EnableRemoteScriptChecks").GetBoolean()));
    }

    [Fact]
    public async Task Configured_LocalScriptsEnabled_RunsAlsoWhenItWasRecovered()
    {
        using var data = new TemporaryDirectory();
        string file = Configuration(data);
        string[] flags = [$"-data-dir={data.Path}/data", "-server", "-bootstrap", $"-config-file={file}", "-enable-local-script-checks"];
        RunningAgent first = await RunningAgent.StartAsync(flags);
        Assert.Equal(("warning", "hot\n"), await ResultAsync(first));
        await first.StopAsync();

        await using RunningAgent second = await RunningAgent.StartAsync(flags);
        Assert.Equal(("warning", "hot\n"), await ResultAsync(second));
    }

    /// <summary>What the journal holds from a time when scripts were allowed must not run once they are not.</summary>
    [Fact]
    public async Task Recovered_ScriptsNoLongerEnabled_DoesNotRun()
    {
        using var data = new TemporaryDirectory();
        string proof = Path.Combine(data.Path, "proof");
        string[] flags = [$"-data-dir={data.Path}/data", "-server", "-bootstrap"];
        RunningAgent first = await RunningAgent.StartAsync([.. flags, "-enable-script-checks"]);
        using HttpResponseMessage answer = await first.PutAsync(
            "/v1/agent/check/register", $$"""{"Name":"disk","Args":["/bin/sh","-c","test -e {{proof}} && touch {{proof}}2; touch {{proof}}; echo hot; exit 1"],"Interval":"1h"}""");
        Assert.Equal(("warning", "hot\n"), await ResultAsync(first));
        await first.StopAsync();

        await using RunningAgent second = await RunningAgent.StartAsync(flags);
        Assert.StartsWith("Scripts are disabled on this agent", (await ResultAsync(second, "critical")).Output, StringComparison.Ordinal);
        Assert.False(File.Exists(proof + "2"));
    }

    [Fact]
    public async Task Configured_ScriptsNotEnabled_RefusesToStart()
    {
        using var data = new TemporaryDirectory();

        var refusal = await Assert.ThrowsAnyAsync<Exception>(() => RunningAgent.StartAsync("-dev", $"-config-file={Configuration(data)}"));

        Assert.Contains("enable_local_script_checks", refusal.Message, StringComparison.Ordinal);
    }

    private static string Configuration(TemporaryDirectory data)
    {
        string file = Path.Combine(data.Path, "checks.json");
        File.WriteAllText(file, $$"""{ "check": {{Script}} }""");
        return file;
    }

    private static async Task<(string Status, string Output)> ResultAsync(RunningAgent agent, string status = "warning")
    {
        long start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            using JsonDocument checks = JsonDocument.Parse(await agent.GetAsync("/v1/agent/checks"));
            JsonElement check = checks.RootElement.GetProperty("disk");
            if (check.GetProperty("Status").GetString() == status && check.GetProperty("Output").GetString() is { Length: > 0 } output)
            {
                return (status, output);
            }

            Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(20), checks.RootElement.ToString());
            await Task.Yield();
        }
    }
}
