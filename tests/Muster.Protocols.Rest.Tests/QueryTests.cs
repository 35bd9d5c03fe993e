using System.Net;
using System.Text.Json;

namespace Muster.Protocols.Rest.Tests;

public sealed class QueryTests
{
    [Fact]
    public async Task Services_CountHealthAndCollectTags()
    {
        await using RestServer server = await MixedAsync();
        JsonElement row = (await server.GetAsync("services")).GetProperty("services").EnumerateArray()
            .Single(service => service.GetProperty("name").GetString() == "mixed");

        Assert.Equal((3, 1, 1, 1), (Count("instances"), Count("passing"), Count("warning"), Count("critical")));
        Assert.Equal(["blue", "red"], row.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()!));
        int Count(string name) => row.GetProperty(name).GetInt32();
    }

    [Theory]
    [InlineData("", "bad ok warn")]
    [InlineData("?health=any", "bad ok warn")]
    [InlineData("?health=usable", "ok warn")]
    [InlineData("?health=passing", "ok")]
    [InlineData("?tag=blue", "ok warn")]
    [InlineData("?tag=blue&tag=red", "warn")]
    [InlineData("?tag=green", "")]
    public async Task Query_Filters_Select(string query, string ids)
    {
        await using RestServer server = await MixedAsync();
        // twice: the second answer may come from memory
        await server.GetAsync("services/mixed" + query);
        JsonElement answer = await server.GetAsync("services/MIXED" + query);

        Assert.Equal(ids, string.Join(' ', answer.GetProperty("instances").EnumerateArray().Select(instance => instance.GetProperty("id").GetString())));
        Assert.Equal(server.Catalog.FindService("mixed")!.Index, answer.GetProperty("index").GetInt64());
    }

    [Fact]
    public async Task Explain_Maintenance_GivesItsReason()
    {
        await using RestServer server = await RestServer.StartAsync();
        await server.RegisterAsync("""{ "service": "web" }""");
        server.Catalog.SetMaintenance(RestServer.Node, "web", true, "new disks");
        server.Catalog.SetMaintenance(RestServer.Node, null, true, "reboot");
        JsonElement answer = await server.GetAsync("services/web/instances/web");

        Assert.Equal(
            [$"node '{RestServer.Node}' is in maintenance: reboot", "in maintenance: new disks"],
            answer.GetProperty("instance").GetProperty("reasons").EnumerateArray().Select(reason => reason.GetString()!));
        Assert.Equal(
            ["registered through the REST API", "maintenance started: new disks", $"node \"{RestServer.Node}\": maintenance started: reboot"],
            answer.GetProperty("events").EnumerateArray().Select(entry => entry.GetProperty("cause").GetString()!));
    }

    [Fact]
    public async Task Query_AfterAChange_IsNotFromMemory()
    {
        await using RestServer server = await MixedAsync();
        await server.GetAsync("services/mixed");
        await server.Http.DeleteAsync("/api/v1/instances/bad");
        Assert.Equal(2, (await server.GetAsync("services/mixed")).GetProperty("instances").GetArrayLength());
    }

    [Theory]
    [InlineData("services/mixed?health=perfect", "health")]
    [InlineData("services/mixed?heath=passing", "heath")]
    [InlineData("watch/mixed?zone=", "zone")]
    [InlineData("watch?tag=blue", "service")]
    [InlineData("watch?service=a&service=A", "service[1]")]
    [InlineData("services/mixed?version=1&version=2", "version")]
    [InlineData("services/mixed?detail=all", "detail")]
    [InlineData("services?x=1", "x")]
    public async Task Query_WrongParameter_IsRefused(string path, string field)
    {
        await using RestServer server = await MixedAsync();
        (int status, _, JsonElement problem) = await RestServer.ProblemOf(server.Http.GetAsync("/api/v1/" + path));
        Assert.Equal((400, field), (status, problem.GetProperty("errors")[0].GetProperty("field").GetString()));
    }

    [Theory]
    [InlineData("services/nobody", "unknown-service")]
    [InlineData("services/nobody/timeline", "unknown-service")]
    [InlineData("services/nobody/staleness", "unknown-service")]
    [InlineData("services/mixed/instances/nobody", "unknown-instance")]
    [InlineData("nonsense", "no-endpoint")]
    [InlineData("services/mixed/", "no-endpoint")]
    [InlineData("", "no-endpoint")]
    public async Task Get_NothingThere_Is404(string path, string type)
    {
        await using RestServer server = await MixedAsync();
        (int status, string actual, _) = await RestServer.ProblemOf(server.Http.GetAsync("/api/v1/" + path));
        Assert.Equal((404, type), (status, actual));
    }

    [Fact]
    public async Task WrongMethod_Is405AndNamesTheRightOnes()
    {
        await using RestServer server = await MixedAsync();
        HttpResponseMessage answer = await server.Http.DeleteAsync("/api/v1/services");
        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.Equal(["GET"], answer.Content.Headers.Allow);
    }

    [Fact]
    public async Task Explain_SaysWhyAndHowLongAndWhatHappened()
    {
        await using RestServer server = await MixedAsync();
        JsonElement bad = await server.GetAsync("services/mixed/instances/bad");

        Assert.False(bad.GetProperty("instance").GetProperty("usable").GetBoolean());
        Assert.Contains("is critical", bad.GetProperty("instance").GetProperty("reasons")[0].GetString(), StringComparison.Ordinal);
        Assert.Equal("registered", bad.GetProperty("events")[0].GetProperty("kind").GetString());
        JsonElement terms = bad.GetProperty("staleness").GetProperty("terms");
        Assert.Equal(
            Math.Round(terms.EnumerateArray().Sum(term => term.GetProperty("seconds").GetDouble()), 3),
            bad.GetProperty("staleness").GetProperty("totalSeconds").GetDouble());
    }

    [Fact]
    public async Task Staleness_OfTheService_IsThatOfItsWorstInstance()
    {
        await using RestServer server = await MixedAsync();
        JsonElement answer = await server.GetAsync("services/mixed/staleness");

        // "ok" has no check and no lease
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("totalSeconds").ValueKind);
        Assert.Equal("unwatched", answer.GetProperty("terms")[0].GetProperty("name").GetString());
        await server.Http.DeleteAsync("/api/v1/instances/ok");
        answer = await server.GetAsync("services/mixed/staleness");
        Assert.Equal(
            answer.GetProperty("instances").EnumerateArray().Max(instance => instance.GetProperty("totalSeconds").GetDouble()),
            answer.GetProperty("totalSeconds").GetDouble());
    }

    [Fact]
    public async Task Timeline_OutlivesTheLastInstance()
    {
        await using RestServer server = await RestServer.StartAsync();
        await server.RegisterAsync("""{ "service": "brief" }""");
        await server.Http.DeleteAsync("/api/v1/instances/brief");

        JsonElement[] events = [.. (await server.GetAsync("services/brief/timeline")).GetProperty("events").EnumerateArray()];
        Assert.Equal(["registered", "deregistered"], events.Select(entry => entry.GetProperty("kind").GetString()!));
        Assert.All(events, entry => Assert.NotEqual("", entry.GetProperty("cause").GetString()));
    }

    [Fact]
    public async Task EveryEndpoint_IsDocumented()
    {
        await using RestServer server = await RestServer.StartAsync();
        var api = new RestApi(server.Catalog, TimeProvider.System, new RestOptions(), CancellationToken.None);
        string text = await File.ReadAllTextAsync(Repository.PathOf("docs", "reference", "rest-api.md"));
        string pattern = text.Replace("{id}", "*", StringComparison.Ordinal).Replace("{name}", "*", StringComparison.Ordinal);
        Assert.All(api.Endpoints, endpoint => Assert.Contains($"`{endpoint.Method} {endpoint.Pattern}`", pattern, StringComparison.Ordinal));
    }

    private static async Task<RestServer> MixedAsync()
    {
        RestServer server = await RestServer.StartAsync();
        await server.RegisterAsync("""{ "service": "mixed", "id": "ok", "tags": [ "blue" ] }""");
        await server.RegisterAsync("""
            { "service": "mixed", "id": "warn", "tags": [ "red", "blue" ], "checks": [ { "tcp": "127.0.0.1:1", "initialStatus": "warning", "timeoutSeconds": 2 } ] }
            """);
        await server.RegisterAsync("""{ "service": "mixed", "id": "bad", "checks": [ { "tcp": "127.0.0.1:1" } ] }""");
        return server;
    }
}
