using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Muster.Model;

namespace Muster.Protocols.Rest.Tests.Watch;

/// <summary>The watch as bytes on a socket: framing, bodies, readers that do not read.</summary>
public sealed class WatchWireTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EventStream_HasTheTypeTheCursorAndTheObject()
    {
        await using RestServer server = await RestServer.StartAsync();
        await server.RegisterAsync("""{ "service": "web", "metadata": { "motto": "two\nlines" } }""");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/watch/web");
        request.Headers.Accept.ParseAdd("text/event-stream");
        using HttpResponseMessage answer = await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        Assert.Equal(("text/event-stream", "no-store"), (answer.Content.Headers.ContentType?.MediaType, answer.Headers.CacheControl?.ToString()));
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancellation));

        Assert.Equal(["event: hello"], (await EventAsync(lines))[..1]);
        List<string> snapshot = await EventAsync(lines);
        JsonElement data = JsonDocument.Parse(snapshot[2]["data: ".Length..]).RootElement;
        Assert.Equal(["event: snapshot", "id: " + data.GetProperty("cursor").GetString()], snapshot[..2]);
        Assert.Equal("two\nlines", data.GetProperty("instances")[0].GetProperty("metadata").GetProperty("motto").GetString());

        await server.RegisterAsync("""{ "service": "web", "port": 1 }""");
        List<string> changed = await EventAsync(lines);
        Assert.Equal(("event: changed", 3), (changed[0], changed.Count));
    }

    [Fact]
    public async Task EventStream_ThatComesBack_GoesOnFromItsLastEvent()
    {
        await using RestServer server = await RestServer.StartAsync();
        await server.RegisterAsync("""{ "service": "web" }""");
        string cursor = $"{server.Catalog.Lineage}.{server.Catalog.ServiceIndex("web")}";
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/watch/web");
        request.Headers.Accept.ParseAdd("text/event-stream");
        request.Headers.Add("Last-Event-ID", cursor);
        using HttpResponseMessage answer = await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancellation));
        await EventAsync(lines);
        Assert.Equal(["event: resumed", "id: " + cursor], (await EventAsync(lines))[..2]);
    }

    [Fact]
    public async Task Post_OfManyServices_FollowsAllOfThemWithTheSameFilters()
    {
        await using RestServer server = await RestServer.StartAsync();
        await server.RegisterAsync("""{ "service": "s5", "id": "blue", "tags": [ "blue" ] }""");
        await server.RegisterAsync("""{ "service": "s5", "id": "red", "tags": [ "red" ] }""");
        string names = string.Join(",", Enumerable.Range(0, 300).Select(number => $$"""{"name":"s{{number}}"}"""));
        using HttpResponseMessage answer = await PostAsync(server, $$"""{"services":[{{names}}],"tag":"blue","detail":"endpoint"}""");
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancellation));
        await lines.ReadLineAsync(Cancellation);
        for (int number = 0; number < 300; number++)
        {
            JsonElement snapshot = JsonDocument.Parse((await lines.ReadLineAsync(Cancellation))!).RootElement;
            Assert.Equal($"s{number}", snapshot.GetProperty("service").GetString());
            Assert.Equal(number == 5 ? ["blue"] : [], snapshot.GetProperty("instances").EnumerateArray().Select(instance => instance.GetProperty("id").GetString()));
        }

        await server.RegisterAsync("""{ "service": "S299", "tags": [ "blue" ] }""");
        JsonElement changed = JsonDocument.Parse((await lines.ReadLineAsync(Cancellation))!).RootElement;
        Assert.Equal("s299", changed.GetProperty("service").GetString());
        Assert.False(changed.GetProperty("instance").TryGetProperty("checks", out _));
    }

    [Theory]
    [InlineData("""{}""", "services")]
    [InlineData("""[]""", "body")]
    [InlineData("""{"services":[{"name":"a"},{"name":""}]}""", "services[1]")]
    [InlineData("""{"services":[{"name":"a"},{"name":"A"}]}""", "services[1]")]
    [InlineData("""{"services":[{"name":"a","index":1}]}""", "services[0].index")]
    [InlineData("""{"services":[{"name":"a"}],"health":"good"}""", "health")]
    [InlineData("""{"services":[{"name":"a"}],"meta":[1]}""", "meta[0]")]
    [InlineData("""{"services":[{"name":"a"}],"heath":"any"}""", "heath")]
    public async Task Post_WrongBody_NamesTheMember(string body, string field)
    {
        await using RestServer server = await RestServer.StartAsync();
        (int status, _, JsonElement problem) = await RestServer.ProblemOf(PostAsync(server, body));
        Assert.Equal((400, field), (status, problem.GetProperty("errors")[0].GetProperty("field").GetString()));
    }

    [Fact]
    public async Task Get_PathWithAnEndlessName_IsRefusedAsInAQuery()
    {
        await using RestServer server = await RestServer.StartAsync();
        (int status, _, JsonElement problem) = await RestServer.ProblemOf(server.Http.GetAsync("/api/v1/watch/" + new string('a', 1025), HttpCompletionOption.ResponseHeadersRead, Cancellation));
        Assert.Equal((400, "service[0]"), (status, problem.GetProperty("errors")[0].GetProperty("field").GetString()));
    }

    [Fact]
    public async Task Post_ManyServices_CountAsSeveralWatchesOfTheirClient()
    {
        int waits = 0;
        var ended = new TaskCompletionSource();
        Action? TryWatch(HttpContext context)
        {
            if (Interlocked.Increment(ref waits) <= 4)
            {
                return End;
            }

            Interlocked.Decrement(ref waits);
            return null;
        }

        void End()
        {
            if (Interlocked.Decrement(ref waits) == 0)
            {
                ended.TrySetResult();
            }
        }

        await using RestServer server = await RestServer.StartAsync(new RestOptions { TryWatch = TryWatch });
        string body = $$"""{"services":[{{string.Join(',', Enumerable.Range(0, 201).Select(number => $$"""{"name":"s{{number}}"}"""))}}]}""";
        using (var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/watch") { Content = new StringContent(body, Encoding.UTF8, "application/json") })
        using (HttpResponseMessage first = await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation))
        {
            Assert.Equal((HttpStatusCode.OK, 3), (first.StatusCode, waits));
            (int status, string type, _) = await RestServer.ProblemOf(PostAsync(server, body));
            Assert.Equal((429, "limit-reached", 3), (status, type, waits));
        }

        await ended.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
    }

    [Fact]
    public async Task Open_TooManyServicesTogether_IsRefused()
    {
        await using RestServer server = await RestServer.StartAsync(new RestOptions { MaxWatchedServices = 3 });
        using HttpResponseMessage two = await server.Http.GetAsync("/api/v1/watch?service=a&service=b", HttpCompletionOption.ResponseHeadersRead, Cancellation);
        Assert.True(two.IsSuccessStatusCode);
        (int status, string type, _) = await RestServer.ProblemOf(server.Http.GetAsync("/api/v1/watch?service=a&service=b", Cancellation));
        Assert.Equal((429, "limit-reached"), (status, type));
        using HttpResponseMessage one = await server.Http.GetAsync("/api/v1/watch?service=a", HttpCompletionOption.ResponseHeadersRead, Cancellation);
        Assert.True(one.IsSuccessStatusCode);
    }

    [Fact]
    public async Task Reader_ThatTakesNothing_IsDisconnectedAndOthersAreServed()
    {
        await using RestServer server = await RestServer.StartAsync(new RestOptions { WatchWriteTimeout = TimeSpan.FromSeconds(2) });
        const int Services = 10, Instances = 1000;
        for (int number = 0; number < Services * Instances; number++)
        {
            server.Catalog.Register(
                RestServer.Node,
                new InstanceDefinition { Service = $"s{number % Services}", Id = $"i{number}", Metadata = [new("long", new string('x', 500))] }, [], false, "test");
        }

        string path = "/api/v1/watch?" + string.Join('&', Enumerable.Range(0, Services).Select(number => $"service=s{number}"));
        using var slow = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await slow.ConnectAsync("127.0.0.1", server.Http.BaseAddress!.Port, Cancellation);
        await slow.SendAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n"), Cancellation);

        // the other's list is short: on a busy machine a reader of megabytes may be slow itself
        (await server.RegisterAsync("""{ "service": "other", "id": "only" }""")).EnsureSuccessStatusCode();
        using HttpResponseMessage answer = await server.Http.GetAsync("/api/v1/watch?service=other", HttpCompletionOption.ResponseHeadersRead, Cancellation);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancellation));
        Assert.Contains("hello", await lines.ReadLineAsync(Cancellation), StringComparison.Ordinal);
        Assert.Contains("snapshot", await lines.ReadLineAsync(Cancellation), StringComparison.Ordinal);

        await WaitUntilAsync(() => server.Api is { SlowWatches: 1, OpenWatches: 1 });
        server.Catalog.Deregister(RestServer.Node, "only", "test");
        Assert.Contains("\"removed\"", await lines.ReadLineAsync(Cancellation), StringComparison.Ordinal);
    }

    private static async Task WaitUntilAsync(Func<bool> condition)
    {
        using var pulse = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        for (int left = 6000; !condition(); left--)
        {
            Assert.True(left > 0 && await pulse.WaitForNextTickAsync(Cancellation), "it did not happen within a minute");
        }
    }

    private static async Task<List<string>> EventAsync(StreamReader lines)
    {
        var fields = new List<string>();
        while (await lines.ReadLineAsync(Cancellation) is { Length: > 0 } line)
        {
            fields.Add(line);
        }

        return fields;
    }

    private static Task<HttpResponseMessage> PostAsync(RestServer server, string body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/watch") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        return server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
    }
}
