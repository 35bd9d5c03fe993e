using System.Net;
using System.Text.Json;

namespace Muster.Protocols.Rest.Tests;

public sealed class WatchTests
{
    [Fact]
    public async Task Watch_FollowsAServiceFromBeforeItExists()
    {
        await using RestServer server = await RestServer.StartAsync();
        await using var watch = await Watch.OpenAsync(server, "watch/web");
        JsonElement first = await watch.NextAsync("snapshot");
        Assert.Equal(0, first.GetProperty("instances").GetArrayLength());

        await server.RegisterAsync("""{ "service": "web", "port": 80 }""");
        JsonElement changed = await watch.NextAsync("changed");
        Assert.Equal("web", changed.GetProperty("instance").GetProperty("id").GetString());
        Assert.True(changed.GetProperty("index").GetInt64() > first.GetProperty("index").GetInt64());

        await server.Http.DeleteAsync("/api/v1/instances/web");
        JsonElement removed = await watch.NextAsync("removed");
        Assert.Equal(("web", RestServer.Node), (removed.GetProperty("id").GetString(), removed.GetProperty("node").GetString()));
        Assert.Contains("REST", removed.GetProperty("cause").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_WithFilter_RemovesWhatNoLongerMatches()
    {
        await using RestServer server = await RestServer.StartAsync();
        await server.RegisterAsync("""{ "service": "web", "id": "w", "tags": [ "blue" ] }""");
        await using var watch = await Watch.OpenAsync(server, "watch/web?tag=blue");
        await watch.NextAsync("snapshot");

        await server.RegisterAsync("""{ "service": "web", "id": "w", "tags": [ "red" ] }""");
        Assert.StartsWith("no longer selected", (await watch.NextAsync("removed")).GetProperty("cause").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_WithCurrentCursor_SkipsTheSnapshot()
    {
        await using RestServer server = await RestServer.StartAsync();
        await server.RegisterAsync("""{ "service": "web" }""");
        long index = server.Catalog.ServiceIndex("web");
        await using var current = await Watch.OpenAsync(server, $"watch/web?cursor={index}");
        await using var old = await Watch.OpenAsync(server, $"watch/web?cursor={index - 1}");

        await old.NextAsync("snapshot");
        await server.RegisterAsync("""{ "service": "web", "port": 1 }""");
        await current.NextAsync("changed");
    }

    [Fact]
    public async Task Watch_InSilence_SaysItIsAlive()
    {
        await using RestServer server = await RestServer.StartAsync(new RestOptions { IdleInterval = TimeSpan.FromMilliseconds(10) });
        await using var watch = await Watch.OpenAsync(server, "watch/web");
        await watch.NextAsync("snapshot");
        await watch.NextAsync("idle");
        await watch.NextAsync("idle");
    }

    [Fact]
    public async Task Watch_OneTooMany_IsRefused()
    {
        await using RestServer server = await RestServer.StartAsync(new RestOptions { MaxWatches = 1 });
        await using var watch = await Watch.OpenAsync(server, "watch/web");
        HttpResponseMessage answer = await server.Http.GetAsync("/api/v1/watch/web");
        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
    }

    [Fact]
    public async Task Watch_ServerLeaves_EndsInOrder()
    {
        using var stopping = new CancellationTokenSource();
        await using RestServer server = await RestServer.StartAsync(stopping: stopping.Token);
        await using var watch = await Watch.OpenAsync(server, "watch/web");
        await watch.NextAsync("snapshot");

        await stopping.CancelAsync();
        Assert.True(await watch.HasEndedAsync());
    }

    private sealed class Watch(HttpResponseMessage answer, StreamReader reader) : IAsyncDisposable
    {
        public static async Task<Watch> OpenAsync(RestServer server, string path)
        {
            HttpResponseMessage answer = await server.Http.GetAsync("/api/v1/" + path, HttpCompletionOption.ResponseHeadersRead);
            Assert.Equal("application/x-ndjson", answer.Content.Headers.ContentType?.MediaType);
            return new Watch(answer, new StreamReader(await answer.Content.ReadAsStreamAsync()));
        }

        public async Task<JsonElement> NextAsync(string type)
        {
            string line = await reader.ReadLineAsync(TestContext.Current.CancellationToken) ?? "";
            JsonElement document = JsonDocument.Parse(line).RootElement;
            Assert.Equal(type, document.GetProperty("type").GetString());
            return document;
        }

        public async Task<bool> HasEndedAsync() => await reader.ReadLineAsync(TestContext.Current.CancellationToken) is null;

        public ValueTask DisposeAsync()
        {
            reader.Dispose();
            answer.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
