using System.IO.Compression;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Muster.Protocols.Consul.Http;

namespace Muster.Protocols.Consul.Tests.Http;

public sealed class DispatcherTests : IAsyncLifetime
{
    private static readonly byte[] Small = """{"a":[1,{}],"b":"x:,[{\"y"}"""u8.ToArray();
    private static readonly byte[] Large = Encoding.UTF8.GetBytes($"[\"{new string('x', 4000)}\"]");

    private KestrelHost _host = null!;

    private HttpClient Client => _host.Client;

    public async ValueTask InitializeAsync()
    {
        RouteTable routes = new RouteTable()
            .Map("/v1/small", HttpVerbs.Get, static request => ConsulResponse.JsonAsync(request, Small))
            .Map("/v1/large", HttpVerbs.Get, static request => ConsulResponse.JsonAsync(request, Large))
            .Map("/v1/echo/", HttpVerbs.Get | HttpVerbs.Put, static request => ConsulResponse.ErrorAsync(
                request.Context, 200, $"{request.ArgumentText}|{request.Find("note") ?? "-"}"))
            .Map("/v1/body", HttpVerbs.Put, TakeBodyAsync)
            .Map("/v1/broken", HttpVerbs.Get, static _ => throw new InvalidOperationException("a bug"))
            .Map("/v1/broken/later", HttpVerbs.Get, BreakLaterAsync)
            .Freeze();
        var dispatcher = new Dispatcher(
            routes, "dc1", translatesAddresses: false, isOneOfSeveral: false, new TokenWarning(NullLogger.Instance), TimeProvider.System, NullLogger.Instance);
        _host = await KestrelHost.StartAsync(dispatcher.InvokeAsync);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Invoke_UnknownPath_Is404WithTheTextOfConsul()
    {
        await AssertError("GET", "/v1/nonsense", 404, "Invalid URL path: not a recognized HTTP API endpoint");
        await AssertError("GET", "/v2/nonsense", 404,
            "Invalid URL path: if attempting to use the HTTP API, ensure the path starts with '/v1/'");
    }

    /// <summary>None of several servers asks another one, so none may claim more.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("?consistent")]
    public async Task Invoke_AtOneOfSeveralServers_GivesNoMoreThanStale(string query)
    {
        RouteTable routes = new RouteTable()
            .Map("/v1/kind", HttpVerbs.Get, static request => ConsulResponse.ErrorAsync(request.Context, 200, $"{request.Query.Consistency}"))
            .Freeze();
        var dispatcher = new Dispatcher(
            routes, "dc1", translatesAddresses: false, isOneOfSeveral: true, new TokenWarning(NullLogger.Instance), TimeProvider.System, NullLogger.Instance);
        await using KestrelHost host = await KestrelHost.StartAsync(dispatcher.InvokeAsync);

        Assert.Equal("Stale", await host.Client.GetStringAsync($"/v1/kind{query}"));
    }

    /// <summary>As Go's router does: clients whose base address ends in a slash follow.</summary>
    [Theory]
    [InlineData("//v1/small?stale", "/v1/small?stale")]
    [InlineData("/v1//echo//a%20b", "/v1/echo/a%20b")]
    [InlineData("///evil.example/%2e", "/evil.example/")]
    public async Task Invoke_EmptySegments_MovesToThePathWithoutThem(string path, string expected)
    {
        using HttpResponseMessage response = await Client.GetAsync(new Uri(Client.BaseAddress!.GetLeftPart(UriPartial.Authority) + path));

        Assert.Equal((HttpStatusCode.MovedPermanently, expected), (response.StatusCode, response.Headers.Location!.OriginalString));
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("DELETE")]
    [InlineData("PATCH")]
    public async Task Invoke_WrongMethod_Is405AndNamesTheRightOnes(string method)
    {
        HttpResponseMessage response = await AssertError(method, "/v1/echo/x", 405, $"method {method} not allowed");

        Assert.Equal("OPTIONS,GET,PUT", string.Join(',', response.Content.Headers.Allow));
    }

    [Fact]
    public async Task Invoke_Head_Is405()
    {
        HttpResponseMessage response = await Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/v1/small"));

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
    }

    [Fact]
    public async Task Invoke_Options_Is200WithAllowAndNoBody()
    {
        HttpResponseMessage response = await Client.SendAsync(new HttpRequestMessage(HttpMethod.Options, "/v1/small"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["OPTIONS", "GET"], response.Content.Headers.Allow.SelectMany(static allow => allow.Split(',')));
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("/v1/echo/web", "web|-")]
    [InlineData("/v1/echo/team%2Fweb?note", "team/web|")]
    [InlineData("/v1/echo/a%20b?note=c+d%21", "a b|c d!")]
    public async Task Invoke_Argument_IsDecoded(string path, string expected) =>
        Assert.Equal(expected, await Client.GetStringAsync(path));

    [Fact]
    public async Task Invoke_ForeignNamespace_Is400()
    {
        await AssertError("GET", "/v1/small?ns=team", 400,
            "Invalid query parameter: \"ns\" - Namespaces are a Consul Enterprise feature");
        Client.DefaultRequestHeaders.Add("X-Consul-Namespace", "team");
        await AssertError("GET", "/v1/small", 400,
            "Invalid header: \"X-Consul-Namespace\" - Namespaces are a Consul Enterprise feature");
    }

    [Theory]
    [InlineData("/v1/broken")]
    [InlineData("/v1/broken/later")]
    public async Task Invoke_HandlerThrows_Is500AndTheServerLives(string path)
    {
        await AssertError("GET", path, 500, "Internal error");
        Assert.Equal(HttpStatusCode.OK, (await Client.GetAsync("/v1/small")).StatusCode);
    }

    [Fact]
    public async Task Json_Pretty_IndentsByFourAndEndsTheLine()
    {
        string text = await Client.GetStringAsync("/v1/small?pretty");

        Assert.Equal("{\n    \"a\": [\n        1,\n        {}\n    ],\n    \"b\": \"x:,[{\\\"y\"\n}\n", text);
    }

    [Fact]
    public async Task Json_Always_CarriesTheCommonHeaders()
    {
        HttpResponseMessage response = await Client.GetAsync("/v1/small");

        Assert.Equal("application/json", response.Content.Headers.ContentType!.ToString());
        Assert.Equal(Small.Length, response.Content.Headers.ContentLength);
        Assert.Equal("Accept-Encoding", response.Headers.GetValues("Vary").Single());
        Assert.Equal("allow", response.Headers.GetValues("X-Consul-Default-Acl-Policy").Single());
    }

    [Theory]
    [InlineData("gzip, deflate", true)]
    [InlineData("deflate;q=1, GZIP;q=0.5", true)]
    [InlineData("*", true)]
    [InlineData("gzip;q=0", false)]
    [InlineData("deflate, br", false)]
    [InlineData(null, false)]
    public async Task Json_LargeBody_IsCompressedWhenAccepted(string? acceptEncoding, bool compressed)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/v1/large");
        request.Headers.TryAddWithoutValidation("Accept-Encoding", acceptEncoding);

        HttpResponseMessage response = await Client.SendAsync(request);

        byte[] body = await response.Content.ReadAsByteArrayAsync();
        Assert.Equal(compressed ? ["gzip"] : [], response.Content.Headers.ContentEncoding);
        Assert.Equal(Large, compressed ? Unzip(body) : body);
    }

    [Fact]
    public async Task Json_SmallBody_IsNeverCompressed()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/v1/small") { Headers = { { "Accept-Encoding", "gzip" } } };

        HttpResponseMessage response = await Client.SendAsync(request);

        Assert.Empty(response.Content.Headers.ContentEncoding);
    }

    [Theory]
    [InlineData(0, "Complete 0")]
    [InlineData(1000, "Complete 1000")]
    [InlineData(1001, "TooLarge 0")]
    [InlineData(500_000, "TooLarge 0")]
    public async Task Body_AboveTheLimit_IsNotRead(int length, string expected)
    {
        foreach (bool chunked in (bool[])[false, true])
        {
            var request = new HttpRequestMessage(HttpMethod.Put, "/v1/body") { Content = new ByteArrayContent(new byte[length]) };
            request.Headers.TransferEncodingChunked = chunked;

            HttpResponseMessage response = await Client.SendAsync(request);

            Assert.Equal(expected, await response.Content.ReadAsStringAsync());
        }
    }

    private static async Task TakeBodyAsync(ConsulRequest request)
    {
        using RequestBody body = await RequestBody.ReadAsync(request.Context, 1000);
        await ConsulResponse.ErrorAsync(request.Context, 200, $"{body.Result} {body.Bytes.Length}");
    }

    private static async Task BreakLaterAsync(ConsulRequest request)
    {
        await Task.Yield();
        throw new InvalidOperationException("a bug");
    }

    private static byte[] Unzip(byte[] body)
    {
        using var plain = new MemoryStream();
        using var gzip = new GZipStream(new MemoryStream(body), CompressionMode.Decompress);
        gzip.CopyTo(plain);
        return plain.ToArray();
    }

    private async Task<HttpResponseMessage> AssertError(string method, string path, int status, string text)
    {
        HttpResponseMessage response = await Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(text, await response.Content.ReadAsStringAsync());
        Assert.Equal("text/plain; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        Assert.Equal("allow", response.Headers.GetValues("X-Consul-Default-Acl-Policy").Single());
        return response;
    }
}
