using System.Net.Http.Json;
using System.Text.Json;
using Muster.Catalog;

namespace Muster.Protocols.Rest.Tests.Writing;

public sealed class BatchTests
{
    private static async Task<JsonElement> PostAsync(RestServer server, string path, string body)
    {
        HttpResponseMessage answer = await server.SendAsync("POST", path, body);
        Assert.Equal(200, (int)answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    [Fact]
    public async Task Register_Many_EachStandsForItself()
    {
        await using RestServer server = await RestServer.StartAsync();
        await server.RegisterAsync("""{ "service": "web", "id": "w-2", "epoch": 5 }""");
        JsonElement results = (await PostAsync(server, "instances/batch", """
            { "instances": [
              { "service": "web", "id": "w-1", "port": 1 }, { "service": "web", "id": "w-2", "port": 2 },
              { "service": "web", "id": "w-3", "port": 70000, "nonsense": 1 }, { "service": "web", "id": "w-2", "epoch": 4 },
              { "service": "other", "id": "w-1" }, 5, { "service": "web", "id": "w-4", "node": "new" } ] }
            """)).GetProperty("results");

        Assert.Equal(
            [("w-1", 201), ("w-2", 200), ("w-3", 400), ("w-2", 409), ("w-1", 409), ("", 400), ("w-4", 400)],
            results.EnumerateArray().Select(result => (result.GetProperty("id").GetString(), result.GetProperty("status").GetInt32())));
        Assert.Equal(["nonsense", "port"], results[2].GetProperty("problem").GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("field").GetString()).Order());
        Assert.Equal(5, results[3].GetProperty("problem").GetProperty("currentEpoch").GetInt64());
        Assert.False(results[0].TryGetProperty("problem", out _));
        Assert.Equal(2, server.Catalog.FindService("web")!.Instances.Length);
    }

    [Fact]
    public async Task Register_Many_WaitsForTheDiskOnce()
    {
        var log = new CountingLog();
        await using RestServer server = await RestServer.StartAsync(log: log);
        await PostAsync(server, "instances/batch", $$"""{ "instances": [ {{string.Join(',', Enumerable.Range(0, 1000).Select(i => $"{{\"service\":\"web\",\"id\":\"w-{i}\"}}"))}} ] }""");
        Assert.Equal((1000, 1), (server.Catalog.FindService("web")!.Instances.Length, log.Waits));
        Assert.Equal(log.Last, log.Awaited);
    }

    [Fact]
    public async Task Register_BeyondALimit_SaysWhenToTryAgain()
    {
        var options = new CatalogOptions { NodeName = RestServer.Node, NodeId = "6e1d8f0e-0000-4000-8000-000000000001", MaxInstances = 2 };
        await using RestServer server = await RestServer.StartAsync(catalogOptions: options);
        HttpResponseMessage answer = await server.SendAsync("POST", "instances/batch", """{ "instances": [ { "service": "a" }, { "service": "b" } ] }""");
        JsonElement results = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("results");
        Assert.Equal((201, 429), (results[0].GetProperty("status").GetInt32(), results[1].GetProperty("status").GetInt32()));
        Assert.Equal(TimeSpan.FromSeconds(10), answer.Headers.RetryAfter?.Delta);
    }

    [Fact]
    public async Task Register_TooMany_Is400AndRegistersNone()
    {
        await using RestServer server = await RestServer.StartAsync();
        string body = $$"""{ "instances": [ {{string.Join(',', Enumerable.Repeat("{\"service\":\"web\"}", 1001))}} ] }""";
        Assert.Equal((400, "invalid-request"), await RestServer.KindOf(server.SendAsync("POST", "instances/batch", body)));
        Assert.Null(server.Catalog.FindService("web"));
    }

    [Fact]
    public async Task Register_TooLargeABatch_Is413()
    {
        await using RestServer server = await RestServer.StartAsync(new RestOptions { MaxBatchBytes = 1000 });
        Assert.Equal((413, "too-large"), await RestServer.KindOf(server.SendAsync("POST", "instances/batch", "{ \"instances\": [ " + new string(' ', 1000) + "] }")));
    }

    [Theory]
    [InlineData("instances/batch")]
    [InlineData("instances/renew")]
    public async Task Batch_OfNothing_IsFine(string path)
    {
        await using RestServer server = await RestServer.StartAsync();
        await PostAsync(server, path, """{ "instances": [] }""");
    }

    [Fact]
    public async Task Renew_Many_SaysWhichFailedAndWhy()
    {
        await using RestServer server = await RestServer.StartAsync();
        await server.RegisterAsync("""{ "service": "web", "id": "w-1", "leaseSeconds": 30 }""");
        await server.RegisterAsync("""{ "service": "web", "id": "w-2", "leaseSeconds": 30, "epoch": 5 }""");
        await server.RegisterAsync("""{ "service": "web", "id": "w-3" }""");
        long index = server.Catalog.ServicesPoint.Index;

        JsonElement answer = await PostAsync(server, "instances/renew", $$"""
            { "instances": [
              { "id": "w-1" }, { "id": "w-1", "node": "{{RestServer.Node}}" }, { "id": "w-2", "epoch": 5 }, { "id": "w-2", "epoch": 4 }, { "id": "w-2", "epoch": 6 },
              { "id": "w-3" }, { "id": "gone" }, { "id": "w-1", "node": "nowhere" } ] }
            """);

        Assert.Equal(3, answer.GetProperty("renewed").GetInt32());
        Assert.Equal(
            [("w-2", 409, "stale-epoch"), ("w-2", 404, "unknown-instance"), ("w-3", 409, "no-lease"), ("gone", 404, "unknown-instance"), ("w-1", 404, "unknown-instance")],
            answer.GetProperty("failed").EnumerateArray().Select(item =>
                (item.GetProperty("id").GetString(), item.GetProperty("status").GetInt32(), item.GetProperty("type").GetString()!.Split(':')[^1])));
        Assert.Equal(5, answer.GetProperty("failed")[0].GetProperty("currentEpoch").GetInt64());
        Assert.Equal(index, server.Catalog.ServicesPoint.Index);
    }

    [Fact]
    public async Task Renew_Many_KeepsTheirLeasesAndWritesNothing()
    {
        var log = new CountingLog();
        await using RestServer server = await RestServer.StartAsync(log: log);
        await server.RegisterAsync("""{ "service": "web", "id": "w-1", "leaseSeconds": 30 }""");
        (long last, int waits) = (log.Last, log.Waits);
        for (int i = 0; i < 5; i++)
        {
            for (int tick = 0; tick < 400; tick++)
            {
                server.Time.Advance(TimeSpan.FromMilliseconds(50));
                server.Catalog.Tick();
            }

            await PostAsync(server, "instances/renew", """{ "instances": [ { "id": "w-1" } ] }""");
        }

        Assert.NotNull(server.Catalog.FindService("web"));
        Assert.Equal((last, waits), (log.Last, log.Waits));
    }

    [Theory]
    [InlineData("[]", "body")]
    [InlineData("{", "body")]
    [InlineData("{}", "instances")]
    [InlineData("{\"instances\":{}}", "instances")]
    [InlineData("{\"instances\":[5]}", "instances[0]")]
    [InlineData("{\"instances\":[{}]}", "instances[0].id")]
    [InlineData("{\"instances\":[{\"id\":5}]}", "instances[0].id")]
    [InlineData("{\"instances\":[{\"id\":\"a\",\"id\":\"b\"}]}", "instances[0].id")]
    [InlineData("{\"instances\":[{\"id\":\"a\",\"epoch\":-1}]}", "instances[0].epoch")]
    [InlineData("{\"instances\":[{\"id\":\"a\",\"ttl\":[{\"id\":1}]}]}", "instances[0].ttl")]
    [InlineData("{\"instances\":[{\"id\":\"a\\ud800\"}]}", "body")]
    [InlineData("{\"instances\":[],\"instances\":[]}", "instances")]
    [InlineData("{\"instances\":[],\"more\":[[1]]}", "more")]
    [InlineData("{\"instances\":[]}{}", "body")]
    public async Task Renew_WhatIsNoBatch_Is400(string body, string field)
    {
        await using RestServer server = await RestServer.StartAsync();
        (int status, _, JsonElement problem) = await RestServer.ProblemOf(server.SendAsync("POST", "instances/renew", body));
        Assert.Equal((400, field), (status, problem.GetProperty("errors")[0].GetProperty("field").GetString()));
    }

    [Fact]
    public async Task Renew_TooMany_Is400()
    {
        await using RestServer server = await RestServer.StartAsync();
        string body = $$"""{ "instances": [ {{string.Join(',', Enumerable.Repeat("{\"id\":\"a\"}", 5001))}} ] }""";
        Assert.Equal((400, "invalid-request"), await RestServer.KindOf(server.SendAsync("POST", "instances/renew", body)));
    }

    /// <summary>A log that counts who waited for it.</summary>
    private sealed class CountingLog : IChangeLog
    {
        public long Last { get; private set; }

        public long Awaited { get; private set; }

        public int Waits { get; private set; }

        public long Append(in CatalogChange change) => ++Last;

        public ValueTask<bool> WaitDurableAsync(long sequence)
        {
            Waits++;
            Awaited = sequence;
            return ValueTask.FromResult(true);
        }
    }
}
