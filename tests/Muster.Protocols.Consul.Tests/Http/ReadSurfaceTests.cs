using System.IO.Compression;
using System.Net.Sockets;
using System.Text;
using Muster.Protocols.Consul.Http;
using Muster.Protocols.Consul.Tests.Support;

namespace Muster.Protocols.Consul.Tests.Http;

public sealed class ReadSurfaceTests : IAsyncLifetime
{
    private static readonly (HttpVerbs Verb, string Name)[] Verbs =
        [(HttpVerbs.Get, "GET"), (HttpVerbs.Put, "PUT"), (HttpVerbs.Post, "POST"), (HttpVerbs.Delete, "DELETE")];

    private ConsulHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await ConsulHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task EveryRoute_WrongMethod_Is405AndOptionsTellsTheRightOnes()
    {
        Assert.NotEmpty(_host.Endpoint.Routes.Routes);
        foreach (Route route in _host.Endpoint.Routes.Routes)
        {
            string path = route.Path.EndsWith('/') ? route.Path + "x" : route.Path;
            foreach ((HttpVerbs verb, string name) in Verbs.Where(verb => !route.Verbs.HasFlag(verb.Verb)))
            {
                using HttpResponseMessage refused = await _host.Client.SendAsync(new HttpRequestMessage(new HttpMethod(name), path));
                Assert.Equal((path, 405), (path, (int)refused.StatusCode));
                Assert.Equal($"method {name} not allowed", await refused.Content.ReadAsStringAsync());
                Assert.Equal(route.Allow.ToString(), string.Join(',', refused.Content.Headers.Allow));
            }

            using HttpResponseMessage options = await _host.Client.SendAsync(new HttpRequestMessage(HttpMethod.Options, path));
            Assert.Equal((path, 200), (path, (int)options.StatusCode));
        }
    }

    [Theory]
    [InlineData("/v1/health/service/web")]
    [InlineData("/v1/health/connect/web")]
    [InlineData("/v1/health/checks/web")]
    [InlineData("/v1/health/node/vm")]
    [InlineData("/v1/health/state/any")]
    [InlineData("/v1/catalog/services")]
    [InlineData("/v1/catalog/service/web")]
    [InlineData("/v1/catalog/nodes")]
    [InlineData("/v1/catalog/node/vm")]
    [InlineData("/v1/catalog/node-services/none")]
    public async Task EveryRead_CarriesTheHeadersThatClientsParse(string path)
    {
        ConsulAnswer answer = await _host.GetAsync($"{path}?stale&cached");

        Assert.True(answer.Index > 0);
        Assert.Equal("true", answer.Headers["X-Consul-Knownleader"]);
        Assert.Equal("0", answer.Headers["X-Consul-Lastcontact"]);
        Assert.Equal("stale", answer.Headers["X-Consul-Effective-Consistency"]);
        Assert.Equal("blocking-query", answer.Headers["X-Consul-Query-Backend"]);
        Assert.Equal("allow", answer.Headers["X-Consul-Default-Acl-Policy"]);
        Assert.Equal("Accept-Encoding", answer.Headers["Vary"]);
        Assert.Equal("application/json", answer.Headers["Content-Type"]);
    }

    [Theory]
    [InlineData("/v1/health/service/web", true)]
    [InlineData("/v1/health/connect/web", true)]
    [InlineData("/v1/health/ingress/web", true)]
    [InlineData("/v1/catalog/services", true)]
    [InlineData("/v1/catalog/service/web", true)]
    [InlineData("/v1/catalog/connect/web", true)]
    [InlineData("/v1/catalog/datacenters", true)]
    [InlineData("/v1/catalog/nodes", false)]
    [InlineData("/v1/catalog/node/vm", false)]
    [InlineData("/v1/health/checks/web", false)]
    [InlineData("/v1/health/state/any", false)]
    public async Task Cached_WhereConsulHasACache_IsAHitOfAgeZero(string path, bool expected)
    {
        ConsulAnswer asked = await _host.GetAsync($"{path}?cached");
        ConsulAnswer plain = await _host.GetAsync(path);

        Assert.Equal(expected, asked.Headers.TryGetValue("X-Cache", out string? cache) && cache == "HIT");
        Assert.Equal(expected, asked.Headers.TryGetValue("Age", out string? age) && age == "0");
        Assert.False(plain.Headers.ContainsKey("X-Cache"));
    }

    [Theory]
    [InlineData("/v1/catalog/datacenters", "max-age=0", "MISS")]
    [InlineData("/v1/catalog/datacenters", "no-cache, Must-Revalidate", "MISS")]
    [InlineData("/v1/catalog/datacenters", "max-age=30, stale-if-error=60", "HIT")]
    [InlineData("/v1/health/service/web", "max-age=0", "HIT")]
    [InlineData("/v1/health/service/web", "max-age=x", null)]
    [InlineData("/v1/catalog/services", "must-revalidate,stale-if-error=", null)]
    [InlineData("/v1/catalog/nodes", "MAX-AGE=1s", null)]
    [InlineData("/v1/catalog/datacenters", "max-age=1.5", null)]
    public async Task CacheControl_IsReadAsConsulDoes(string path, string header, string? cache)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path + "?cached");
        request.Headers.TryAddWithoutValidation("Cache-Control", header);
        using HttpResponseMessage response = await _host.Client.SendAsync(request);
        ConsulAnswer answer = await ConsulAnswer.ReadAsync(response);

        Assert.Equal(cache is null ? 400 : 200, answer.Status);
        Assert.Equal(cache, answer.Headers.GetValueOrDefault("X-Cache"));
        Assert.Equal(cache is null, answer.Text == "Invalid Cache-Control header.");
        Assert.Equal(cache == "HIT", answer.Headers.ContainsKey("Age"));
    }

    [Theory]
    [InlineData("", "leader")]
    [InlineData("?consistent", "consistent")]
    [InlineData("?max_stale=5s", "stale")]
    public async Task Consistency_IsEchoed(string query, string expected) =>
        Assert.Equal(expected, (await _host.GetAsync($"/v1/catalog/nodes{query}")).Headers["X-Consul-Effective-Consistency"]);

    [Theory]
    [InlineData("/v1/health/service/", 400, "Missing service name")]
    [InlineData("/v1/health/checks/", 400, "Missing service name")]
    [InlineData("/v1/health/node/", 400, "Missing node name")]
    [InlineData("/v1/health/state/", 400, "Missing check state")]
    [InlineData("/v1/catalog/service/", 400, "Missing service name")]
    [InlineData("/v1/catalog/node/", 400, "Missing node name")]
    [InlineData("/v1/catalog/node-services/", 400, "Missing node name")]
    [InlineData("/v1/health/service/web?dc=nowhere", 500, "No path to datacenter")]
    [InlineData("/v1/health/service/web?index=x", 400, "Invalid index")]
    [InlineData("/v1/health/service/web?wait=x", 400, "Invalid wait time")]
    [InlineData("/v1/health/service/web?passing=x", 400, "Invalid value for ?passing")]
    [InlineData("/v1/health/service/web?stale&consistent", 400, "Cannot specify ?stale with ?consistent, conflicting semantics.")]
    [InlineData("/v1/health/service/web?cached&consistent", 400, "Cannot specify ?cached with ?consistent, conflicting semantics.")]
    [InlineData("/v1/catalog/datacenters?stale&consistent", 400, "Cannot specify ?stale with ?consistent, conflicting semantics.")]
    [InlineData("/v1/catalog/nodes?filter=Foo==b", 500, "Failed to create boolean expression evaluator: Selector \"Foo\" is not valid")]
    [InlineData("/v1/catalog/nodes?ns=team", 400, "Invalid query parameter: \"ns\" - Namespaces are a Consul Enterprise feature")]
    [InlineData("/v1/nothing", 404, "Invalid URL path: not a recognized HTTP API endpoint")]
    public async Task Refusals_AreConsulsWords(string path, int status, string text)
    {
        ConsulAnswer answer = await _host.GetAsync(path);

        Assert.Equal((status, text), (answer.Status, answer.Text));
        Assert.Equal("text/plain; charset=utf-8", answer.Headers["Content-Type"]);
    }

    [Theory]
    [InlineData("/v1/health/service/")]
    [InlineData("/v1/catalog/node/")]
    public async Task Name_LongerThanAnyRegistered_IsRefused(string path)
    {
        Assert.Equal(200, (await _host.GetAsync(path + new string('x', 1024))).Status);
        Assert.Equal(400, (await _host.GetAsync(path + new string('x', 1025))).Status);
    }

    [Fact]
    public async Task Body_Malformed_IsRefusedAndNothingIsWritten()
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(_host.EndPoint);
        NetworkStream stream = socket.GetStream();
        await stream.WriteAsync(
            "PUT /v1/agent/service/register HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"Name\":\"web\"}\r\n"u8.ToArray());

        using var reader = new StreamReader(stream, Encoding.ASCII);
        Assert.StartsWith("HTTP/1.1 400 ", await reader.ReadLineAsync(), StringComparison.Ordinal);
        Assert.Null(_host.Catalog.FindService("web"));
    }

    [Fact]
    public async Task Token_InAnyForm_IsAcceptedAndIgnored()
    {
        _host.Client.DefaultRequestHeaders.Add("X-Consul-Token", "secret");
        _host.Client.DefaultRequestHeaders.Add("Authorization", "Bearer secret");

        Assert.Equal(200, (await _host.GetAsync("/v1/catalog/nodes?token=secret")).Status);
    }

    [Theory]
    [InlineData("/v1/health/service/web")]
    [InlineData("/v1/health/service/web?passing")]
    [InlineData("/v1/health/service/web?tag=x")]
    [InlineData("/v1/health/service/web?pretty")]
    [InlineData("/v1/catalog/service/web")]
    public async Task Large_Answers_AreTheSameCompressed(string path)
    {
        for (int i = 0; i < 5; i++)
        {
            _host.Catalog.Add("web", $"web-{i}", (Model.HealthStatus)(i % 3), "vm", "x");
        }

        string plain = (await _host.GetAsync(path)).Text;
        for (int repeat = 0; repeat < 2; repeat++)
        {
            var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "Accept-Encoding", "gzip" } } };
            using HttpResponseMessage response = await _host.Client.SendAsync(request);

            Assert.Equal("gzip", response.Content.Headers.ContentEncoding.Single());
            Assert.Equal(plain, Unzip(await response.Content.ReadAsStreamAsync()));
            Assert.True(response.Headers.Contains("X-Consul-Index"));
        }
    }

    private static string Unzip(Stream body)
    {
        using var gzip = new GZipStream(body, CompressionMode.Decompress);
        using var reader = new StreamReader(gzip, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
