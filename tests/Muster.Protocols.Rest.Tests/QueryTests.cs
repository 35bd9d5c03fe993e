using Muster.Catalog;
using System.Net;
using System.Text.Json;

namespace Muster.Protocols.Rest.Tests;

public sealed class QueryTests
{
    [Fact]
    public async Task Version_GrowsWithEachRegistrationThatChangesSomething_AlsoAfterADeregistration()
    {
        await using RestServer server = await RestServer.StartAsync();
        await server.RegisterAsync("""{ "service": "web", "id": "w", "port": 1 }""");
        long first = await VersionAsync();
        await server.RegisterAsync("""{ "service": "web", "id": "w", "port": 1 }""");
        Assert.Equal(first, await VersionAsync());
        await server.RegisterAsync("""{ "service": "web", "id": "w", "port": 2 }""");
        long second = await VersionAsync();
        Assert.True(second > first);

        await server.SendAsync("DELETE", "instances/w");
        await server.RegisterAsync("""{ "service": "web", "id": "w", "port": 1 }""");
        Assert.True(await VersionAsync() > second);

        async Task<long> VersionAsync() => (await server.GetAsync("services/web?detail=endpoint")).GetProperty("instances")[0].GetProperty("version").GetInt64();
    }

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
    [InlineData("instances", "service")]
    [InlineData("instances?service=a&service=a", "service[1]")]
    [InlineData("services/mixed?state=down", "state")]
    [InlineData("services/mixed?meta=", "meta")]
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
    [InlineData("meta=version%3D2", "new")]
    [InlineData("meta=version", "new", "old")]
    [InlineData("meta=version&meta=team%3Da", "old")]
    [InlineData("version=2", "new")]
    [InlineData("zone=z1", "old")]
    [InlineData("region=r1", "new", "old")]
    [InlineData("region=R1")]
    [InlineData("state=draining", "old")]
    [InlineData("state=draining&state=up", "bare", "new", "old")]
    [InlineData("health=usable", "bare", "new")]
    public async Task Query_ByLabelsAndState_SelectsThose(string query, params string[] expected)
    {
        await using RestServer server = await RestServer.StartAsync();
        await server.RegisterAsync("""{ "service": "web", "id": "new", "region": "r1", "zone": "z2", "metadata": { "version": "2" } }""");
        await server.RegisterAsync("""{ "service": "web", "id": "old", "region": "r1", "zone": "z1", "metadata": { "team": "a", "version": "1" } }""");
        await server.RegisterAsync("""{ "service": "web", "id": "bare" }""");
        await server.Http.PutAsync("/api/v1/instances/old/drain", null);
        JsonElement answer = await server.GetAsync("services/web?" + query);
        Assert.Equal(expected, answer.GetProperty("instances").EnumerateArray().Select(instance => instance.GetProperty("id").GetString()));
    }

    [Fact]
    public async Task QueryMany_AnswersEachNameInOrder()
    {
        await using RestServer server = await MixedAsync();
        await server.RegisterAsync("""{ "service": "web" }""");
        JsonElement[] services = [.. (await server.GetAsync("instances?service=nobody&service=Web&service=mixed&health=passing&detail=endpoint")).GetProperty("services").EnumerateArray()];
        Assert.Equal(["nobody", "Web", "mixed"], services.Select(service => service.GetProperty("service").GetString()));
        Assert.Equal([0, 1, 1], services.Select(service => service.GetProperty("instances").GetArrayLength()));
        Assert.Equal(server.Catalog.ServiceIndex("mixed"), services[2].GetProperty("index").GetInt64());
        Assert.False(services[1].GetProperty("instances")[0].TryGetProperty("reasons", out _));
    }

    [Fact]
    public async Task QueryMany_TooManyInstancesTogether_IsRefusedAndEachAloneIsNot()
    {
        await using RestServer server = await RestServer.StartAsync();
        for (int i = 0; i < 2 * ServiceNames.MostInstancesInQuery; i += 1000)
        {
            IEnumerable<string> batch = Enumerable.Range(i, 1000).Select(n => $"{{\"service\":\"{(n % 2 == 0 ? "even" : "odd")}\",\"id\":\"i{n}\"}}");
            (await server.SendAsync("POST", "instances/batch", $"{{\"instances\":[{string.Join(',', batch)}]}}")).EnsureSuccessStatusCode();
        }

        (int status, _, JsonElement problem) = await RestServer.ProblemOf(server.SendAsync("GET", "instances?service=even&service=odd"));
        Assert.Equal(400, status);
        Assert.Contains("at most 20000 instances together, these have 40000", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        JsonElement alone = await server.GetAsync("instances?service=even&detail=endpoint");
        Assert.Equal(ServiceNames.MostInstancesInQuery, alone.GetProperty("services")[0].GetProperty("instances").GetArrayLength());
    }

    [Theory]
    [InlineData("services")]
    [InlineData("services/mixed")]
    [InlineData("services/mixed?detail=endpoint")]
    [InlineData("services/mixed?tag=blue")]
    [InlineData("instances?service=mixed&service=nobody")]
    [InlineData("services/mixed/instances/ok")]
    [InlineData("services/mixed/timeline")]
    [InlineData("services/mixed/staleness")]
    public async Task Read_WithTheTagOfBefore_IsNotModifiedUntilSomethingChanges(string path)
    {
        await using RestServer server = await MixedAsync();
        using HttpResponseMessage first = await server.Http.GetAsync("/api/v1/" + path);
        string tag = first.Headers.ETag!.ToString();
        foreach (string sent in (string[])[tag, "\"x\", W/" + tag, "*"])
        {
            using HttpResponseMessage again = await ConditionalAsync(server, path, sent);
            Assert.Equal((HttpStatusCode.NotModified, tag, 0), (again.StatusCode, again.Headers.ETag?.ToString(), (await again.Content.ReadAsByteArrayAsync()).Length));
        }

        using HttpResponseMessage other = await ConditionalAsync(server, path, "\"x\"");
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        await server.RegisterAsync("""{ "service": "mixed", "id": "ok", "port": 1, "leaseSeconds": 77, "tags": [ "blue", "green" ] }""");
        using HttpResponseMessage changed = await ConditionalAsync(server, path, tag);
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.NotEqual(tag, changed.Headers.ETag?.ToString());
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
    public async Task Staleness_OnACluster_SaysWhatALostOwnerCosts()
    {
        var options = new CatalogOptions { NodeName = RestServer.Node, NodeId = "n", OwnerTimeout = TimeSpan.FromSeconds(10) };
        await using RestServer server = await RestServer.StartAsync(catalogOptions: options);
        await server.RegisterAsync("""{ "service": "web", "leaseSeconds": 30 }""");
        await server.RegisterAsync("""{ "service": "api", "checks": [ { "tcp": "127.0.0.1:1" } ] }""");

        JsonElement loss = (await server.GetAsync("services/web/staleness")).GetProperty("ownerLoss");
        Assert.Equal(41.1, loss.GetProperty("totalSeconds").GetDouble(), 3);
        Assert.Equal(["owner_timeout", "adoption", "again"], loss.GetProperty("terms").EnumerateArray().Select(term => term.GetProperty("name").GetString()));
        loss = (await server.GetAsync("services/api/staleness")).GetProperty("instances")[0].GetProperty("ownerLoss");
        Assert.Equal(JsonValueKind.Null, loss.GetProperty("totalSeconds").ValueKind);
        Assert.Equal("no_other", loss.GetProperty("terms")[2].GetProperty("name").GetString());
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

    private static Task<HttpResponseMessage> ConditionalAsync(RestServer server, string path, string tags)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/" + path);
        request.Headers.TryAddWithoutValidation("If-None-Match", tags);
        return server.Http.SendAsync(request);
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
