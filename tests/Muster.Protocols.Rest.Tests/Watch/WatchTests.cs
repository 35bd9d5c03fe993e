using System.Net;
using System.Text.Json;

namespace Muster.Protocols.Rest.Tests.Watch;

public sealed class WatchTests
{
    [Fact]
    public async Task Watch_FollowsAServiceFromBeforeItExists()
    {
        await using RestServer server = await RestServer.StartAsync();
        await using var watch = await OpenWatch.OpenAsync(server, "watch/web");
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
        await using var watch = await OpenWatch.OpenAsync(server, "watch/web?tag=blue");
        await watch.NextAsync("snapshot");

        await server.RegisterAsync("""{ "service": "web", "id": "w", "tags": [ "red" ] }""");
        Assert.StartsWith("no longer selected", (await watch.NextAsync("removed")).GetProperty("cause").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_WithCursor_GoesOnFromThere()
    {
        await using RestServer server = await RestServer.StartAsync();
        await server.RegisterAsync("""{ "service": "web", "id": "a" }""");
        await server.RegisterAsync("""{ "service": "web", "id": "b" }""");
        string cursor;
        await using (OpenWatch first = await OpenWatch.OpenAsync(server, "watch/web"))
        {
            cursor = (await first.NextAsync("snapshot")).GetProperty("cursor").GetString()!;
        }

        await using (OpenWatch unchanged = await OpenWatch.OpenAsync(server, "watch/web?cursor=" + cursor))
        {
            Assert.Equal(cursor, (await unchanged.NextAsync("resumed")).GetProperty("cursor").GetString());
        }

        await server.Http.DeleteAsync("/api/v1/instances/a");
        await server.RegisterAsync("""{ "service": "web", "id": "b", "port": 1 }""");
        await using OpenWatch watch = await OpenWatch.OpenAsync(server, "watch/web?cursor=" + cursor);
        JsonElement removed = await watch.NextAsync("removed");
        Assert.Equal(("a", "deregistered", false), (removed.GetProperty("id").GetString(), removed.GetProperty("kind").GetString(), removed.TryGetProperty("cursor", out _)));
        Assert.Equal(1, (await watch.NextAsync("changed")).GetProperty("instance").GetProperty("port").GetInt32());
        await watch.NextAsync("resumed");
        await server.RegisterAsync("""{ "service": "web", "id": "c" }""");
        Assert.True((await watch.NextAsync("changed")).TryGetProperty("cursor", out _));
    }

    [Theory]
    [InlineData("nonsense", "none of this API")]
    [InlineData("elsewhere.17", "another server")]
    [InlineData("HERE.99999999999999", "ahead")]
    [InlineData("HERE.1", "no longer known")]
    [InlineData("HERE.1.abc", "other filters")]
    public async Task Watch_WithUselessCursor_SaysWhyAndStartsAnew(string cursor, string reason)
    {
        await using RestServer server = await RestServer.StartAsync();
        await server.RegisterAsync("""{ "service": "web" }""");
        cursor = cursor.Replace("HERE", server.Catalog.Lineage, StringComparison.Ordinal);
        await using OpenWatch watch = await OpenWatch.OpenAsync(server, "watch?service=web@" + cursor);
        Assert.Contains(reason, (await watch.NextAsync("resync")).GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal(1, (await watch.NextAsync("snapshot")).GetProperty("instances").GetArrayLength());
    }

    [Fact]
    public async Task Watch_InSilence_SaysItIsAlive()
    {
        await using RestServer server = await RestServer.StartAsync(new RestOptions { IdleInterval = TimeSpan.FromMilliseconds(10) });
        await using var watch = await OpenWatch.OpenAsync(server, "watch/web");
        await watch.NextAsync("snapshot");
        await watch.NextAsync("idle");
        await watch.NextAsync("idle");
    }

    [Fact]
    public async Task Watch_OneTooMany_IsRefused()
    {
        await using RestServer server = await RestServer.StartAsync(new RestOptions { MaxWatches = 1 });
        await using var watch = await OpenWatch.OpenAsync(server, "watch/web");
        HttpResponseMessage answer = await server.Http.GetAsync("/api/v1/watch/web");
        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
    }

    [Fact]
    public async Task Watch_ServerLeaves_EndsInOrder()
    {
        using var stopping = new CancellationTokenSource();
        await using RestServer server = await RestServer.StartAsync(stopping: stopping.Token);
        await using var watch = await OpenWatch.OpenAsync(server, "watch/web");
        await watch.NextAsync("snapshot");

        await stopping.CancelAsync();
        await watch.NextAsync("bye");
        Assert.True(await watch.HasEndedAsync());
    }

    private sealed class OpenWatch(HttpResponseMessage answer, StreamReader reader) : IAsyncDisposable
    {
        public static async Task<OpenWatch> OpenAsync(RestServer server, string path)
        {
            HttpResponseMessage answer = await server.Http.GetAsync("/api/v1/" + path, HttpCompletionOption.ResponseHeadersRead);
            Assert.Equal("application/x-ndjson", answer.Content.Headers.ContentType?.MediaType);
            var watch = new OpenWatch(answer, new StreamReader(await answer.Content.ReadAsStreamAsync()));
            await watch.NextAsync("hello");
            return watch;
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
