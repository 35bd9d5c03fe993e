using System.Net;
using System.Text;
using System.Text.Json;

namespace Muster.FunctionalTests.Clusters;

/// <summary>What could not be told to peers is refused on every interface; without peers it is taken.</summary>
public sealed class EntrySizeTests
{
    private const int Checks = 64;
    private const string Rule = "in a cluster an instance with its checks takes at most 1024000 bytes";

    [Fact]
    public async Task Rest_CheckThatIsTooLarge_MakesNoNode()
    {
        await using RunningAgent agent = await StartAsync(clustered: true);
        string body = new('b', 20_000);
        (HttpStatusCode status, string text) = await SendAsync(
            agent, HttpMethod.Post, "/api/v1/instances",
            $$"""{ "service": "web", "node": "away", "address": "10.0.0.1", "checks": [ { "http": "http://127.0.0.1:1/", "body": "{{body}}" } ] }""");
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "a check's definition takes at most 16384 bytes"), (status, DetailOf(text)));
        Assert.Null(agent.Agent.Catalog.FindNode("away"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Consul_ChecksAddedOneByOne_AreRefusedInAClusterOnly(bool clustered)
    {
        await using RunningAgent agent = await StartAsync(clustered);
        await agent.RegisterAsync("""{ "Name": "web", "Port": 80 }""");
        string notes = new('n', 15_000);
        int taken = 0;
        string refusal = "";
        for (int i = 0; i < Checks && refusal.Length == 0; i++)
        {
            refusal = await CheckAsync(agent, $"c{i}", notes);
            taken += refusal.Length == 0 ? 1 : 0;
        }

        if (!clustered)
        {
            Assert.Equal((Checks, ""), (taken, refusal));
            return;
        }

        Assert.StartsWith("413 Too large: " + Rule, refusal, StringComparison.Ordinal);
        Assert.Equal(taken, agent.Agent.Catalog.FindService("web")!.Instances[0].Checks.Count);

        // filled up to the last check: no room for a state either, whose check has an output of its own
        while ((await CheckAsync(agent, $"s{taken}", "")).Length == 0)
        {
            taken++;
        }

        (HttpStatusCode status, string text) = await SendAsync(agent, HttpMethod.Put, "/api/v1/instances/web/status", """{ "state": "out_of_service" }""");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status);
        Assert.StartsWith(Rule, DetailOf(text), StringComparison.Ordinal);

        // through the catalog: neither the node nor the checks that would still fit
        string checks = string.Join(',', Enumerable.Range(0, 3).Select(i => $$"""{ "ServiceID": "web", "CheckID": "d{{i}}", "Name": "d", "Notes": "{{notes}}" }"""));
        using HttpResponseMessage many = await agent.PutAsync(
            "/v1/catalog/register", $$"""{ "Node": "n1", "Address": "127.0.0.1", "SkipNodeUpdate": true, "Service": { "Service": "web", "Port": 81 }, "Checks": [ {{checks}} ] }""");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, many.StatusCode);
        Assert.Equal((taken, 80), (agent.Agent.Catalog.FindService("web")!.Instances[0].Checks.Count, agent.Agent.Catalog.FindService("web")!.Instances[0].Data.Port));
    }

    private static Task<RunningAgent> StartAsync(bool clustered) =>
        RunningAgent.StartAsync(["-dev", .. clustered ? (string[])["-serf-lan-port=0", "-encrypt=" + Servers.Secret] : []]);

    /// <summary>Registers a check; returns why it was refused.</summary>
    private static async Task<string> CheckAsync(RunningAgent agent, string id, string notes)
    {
        using HttpResponseMessage answer = await agent.PutAsync(
            "/v1/agent/check/register", $$"""{ "ServiceID": "web", "ID": "{{id}}", "Name": "c", "TTL": "1h", "Notes": "{{notes}}" }""");
        return answer.IsSuccessStatusCode ? "" : $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}";
    }

    private static async Task<(HttpStatusCode Status, string Text)> SendAsync(RunningAgent agent, HttpMethod method, string path, string json)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        using HttpResponseMessage answer = await agent.Client.SendAsync(request, TestContext.Current.CancellationToken);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static string? DetailOf(string problem)
    {
        using JsonDocument document = JsonDocument.Parse(problem);
        return document.RootElement.GetProperty("detail").GetString();
    }
}
