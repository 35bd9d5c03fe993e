using System.Text;
using Muster.Checks.Network;
using Muster.Checks.Probing;
using Muster.Checks.Tests.Fakes;
using Muster.Model;

namespace Muster.Checks.Tests;

/// <summary>What a well-behaved target sees and how its answers are judged. Targets that misbehave: <see cref="HostileTargetTests"/>.</summary>
public sealed class HttpProberTests : IDisposable
{
    private readonly HttpProber _prober = new(new TargetDialer(new TargetResolver(new FakeResolver(["127.0.0.1"], ["169.254.169.254"])), TimeProvider.System));

    public void Dispose() => _prober.Dispose();

    [Theory]
    [InlineData("200 OK", HealthStatus.Passing)]
    [InlineData("204 No Content", HealthStatus.Passing)]
    [InlineData("299 Whatever", HealthStatus.Passing)]
    [InlineData("304 Not Modified", HealthStatus.Critical)]
    [InlineData("404 Not Found", HealthStatus.Critical)]
    [InlineData("429 Too Many Requests", HealthStatus.Warning)]
    [InlineData("500 Internal Server Error", HealthStatus.Critical)]
    [InlineData("503 Service Unavailable", HealthStatus.Critical)]
    public async Task Probe_StatusCode_DecidesTheStatus(string statusLine, HealthStatus expected)
    {
        await using HostileServer server = HostileServer.Answering($"HTTP/1.1 {statusLine}\r\nConnection: close\r\n\r\n");

        ProbeResult result = await ProbeAsync(Root(server));

        Assert.Equal(new ProbeResult(expected, $"HTTP GET {Root(server)}: {statusLine} Output: "), result);
    }

    [Fact]
    public async Task Probe_Body_IsInTheOutput()
    {
        await using HostileServer server = HostileServer.Answering("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\npong");

        ProbeResult result = await ProbeAsync($"{Root(server)}health?deep=1");

        Assert.Equal($"HTTP GET {Root(server)}health?deep=1: 200 OK Output: pong", result.Output);
    }

    [Fact]
    public async Task Probe_Defaults_RequestLooksLikeConsuls()
    {
        (string request, _) = await CaptureAsync(url => new HttpProbe($"{url}health?deep=1"));

        Assert.StartsWith("GET /health?deep=1 HTTP/1.1\r\n", request);
        Assert.Contains("User-Agent: Consul Health Check\r\n", request);
        Assert.Contains("Accept: text/plain, text/*, */*\r\n", request);
        Assert.Contains("Connection: close\r\n", request);
        Assert.DoesNotContain("traceparent", request, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Accept-Encoding", request);
    }

    [Fact]
    public async Task Probe_EverythingSet_IsSent()
    {
        (string request, int port) = await CaptureAsync(url => new HttpProbe(url)
        {
            Method = "PUT",
            Body = "{\"a\":1}",
            Headers =
            [
                new("Host", ["shop.example"]),
                new("User-Agent", ["probe/1"]),
                new("Accept", ["application/json"]),
                new("X-Two", ["a", "b"]),
                new("Content-Type", ["application/json"]),
                new("Content-Length", ["999"]),
                new("Transfer-Encoding", ["chunked"]),
            ],
        });

        Assert.StartsWith("PUT / HTTP/1.1\r\n", request);
        Assert.Contains("Host: shop.example\r\n", request);
        Assert.DoesNotContain($"127.0.0.1:{port}", request);
        Assert.Contains("User-Agent: probe/1\r\n", request);
        Assert.Contains("Accept: application/json\r\n", request);
        Assert.Contains("X-Two: a, b\r\n", request);
        Assert.Contains("Content-Type: application/json\r\n", request);
        Assert.Contains("Content-Length: 7\r\n", request);
        Assert.DoesNotContain("chunked", request);
    }

    [Fact]
    public async Task Probe_CredentialsInUrl_AreSentAndNotShown()
    {
        string request = "";
        await using HostileServer server = new(async talk =>
        {
            request = await talk.ReadRequestAsync();
            await talk.SendAsync("HTTP/1.1 200 OK\r\n\r\n");
        });

        ProbeResult result = await ProbeAsync($"http://ann:s3cret@127.0.0.1:{server.Port}/");

        Assert.Contains($"Authorization: Basic {Convert.ToBase64String("ann:s3cret"u8)}\r\n", request);
        Assert.Equal($"HTTP GET http://ann:xxxxx@127.0.0.1:{server.Port}/: 200 OK Output: ", result.Output);
    }

    [Fact]
    public async Task Probe_EveryTime_ANewConnection()
    {
        await using HostileServer server = new(async talk =>
        {
            while ((await talk.ReadRequestAsync()).Length > 0)
            {
                await talk.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n");
            }
        });

        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(HealthStatus.Passing, (await ProbeAsync(Root(server))).Status);
        }

        Assert.Equal(5, server.Connections);
        await server.FirstConversation;
    }

    [Theory]
    [InlineData("ftp://127.0.0.1/", "unsupported protocol scheme \"ftp\"")]
    [InlineData("file:///etc/passwd", "not an absolute URL")]
    [InlineData("/health", "not an absolute URL")]
    [InlineData("", "not an absolute URL")]
    [InlineData("http://", "not an absolute URL")]
    [InlineData("http://169.254.169.254/latest/", "dial tcp 169.254.169.254:80: target not allowed: cloud metadata address")]
    [InlineData("http://2852039166/", "dial tcp 169.254.169.254:80: target not allowed: cloud metadata address")]
    [InlineData("http://0xa9fea9fe/", "dial tcp 169.254.169.254:80: target not allowed: cloud metadata address")]
    [InlineData("https://[fd00:ec2::254]/", "dial tcp [fd00:ec2::254]:443: target not allowed: cloud metadata address")]
    [InlineData("http://[::ffff:a9fe:a9fe]/", "dial tcp [::ffff:169.254.169.254]:80: target not allowed: cloud metadata address")]
    public async Task Probe_ForbiddenUrl_CriticalWithTheReason(string url, string reason) =>
        Assert.Equal(ProbeResult.Critical($"Get \"{url}\": {reason}"), await ProbeAsync(url));

    [Theory]
    [InlineData("GE T")]
    [InlineData("GET / HTTP/1.1\r\nX: y\r\n\r\nGET")]
    [InlineData("CONNECT")]
    [InlineData("connect")]
    public async Task Probe_InvalidMethod_CriticalAndNothingSent(string method)
    {
        await using HostileServer server = HostileServer.Answering("HTTP/1.1 200 OK\r\n\r\n");

        ProbeResult result = await ProbeAsync(new HttpProbe(Root(server)) { Method = method });

        Assert.EndsWith($"invalid method \"{method}\"", result.Output);
        Assert.Equal((HealthStatus.Critical, 0), (result.Status, server.Connections));
    }

    [Theory]
    [InlineData("X-A", "b\r\nEvil: yes")]
    [InlineData("X-A", "b\nEvil: yes")]
    [InlineData("X-A\r\nEvil", "yes")]
    [InlineData("Host", "a\r\nEvil: yes")]
    [InlineData("", "b")]
    [InlineData("X A", "b")]
    public async Task Probe_HeaderThatWouldSplitTheRequest_CriticalAndNothingSent(string name, string value)
    {
        await using HostileServer server = HostileServer.Answering("HTTP/1.1 200 OK\r\n\r\n");

        ProbeResult result = await ProbeAsync(new HttpProbe(Root(server)) { Headers = [new(name, [value])] });

        Assert.EndsWith($"invalid header \"{name}\"", result.Output);
        Assert.Equal((HealthStatus.Critical, 0), (result.Status, server.Connections));
    }

    [Fact]
    public async Task Probe_HeaderBeyondAscii_IsSentAsUtf8()
    {
        (string request, _) = await CaptureAsync(url => new HttpProbe(url) { Headers = [new("X-Name", ["zürich"])] });

        Assert.Contains("X-Name: zürich\r\n", Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(request)));
    }

    [Fact]
    public async Task Probe_NameThatFlipsToMetadata_EachProbeJudgesWhatItConnectsTo()
    {
        await using HostileServer server = HostileServer.Answering("HTTP/1.1 200 OK\r\n\r\n");
        string url = $"http://flip.example:{server.Port}/";

        Assert.Equal(HealthStatus.Passing, (await ProbeAsync(url)).Status);
        Assert.Equal(
            $"Get \"{url}\": dial tcp 169.254.169.254:{server.Port}: target not allowed: cloud metadata address",
            (await ProbeAsync(url)).Output);
        Assert.Equal($"Get \"{url}\": dial tcp: lookup flip.example: no such host", (await ProbeAsync(url)).Output);
    }

    private static string Root(HostileServer server) => $"http://127.0.0.1:{server.Port}/";

    private Task<ProbeResult> ProbeAsync(string url) => ProbeAsync(new HttpProbe(url));

    private async Task<ProbeResult> ProbeAsync(HttpProbe probe) =>
        await _prober.ProbeAsync(probe, TargetPolicy.Default, Patience.Limit, CancellationToken.None).AsTask().WaitAsync(Patience.Limit);

    private async Task<(string Request, int Port)> CaptureAsync(Func<string, HttpProbe> probe)
    {
        string request = "";
        await using HostileServer server = new(async talk =>
        {
            request = await talk.ReadRequestAsync();
            await talk.SendAsync("HTTP/1.1 200 OK\r\n\r\n");
        });
        Assert.Equal(HealthStatus.Passing, (await ProbeAsync(probe(Root(server)))).Status);
        return (request, server.Port);
    }
}
