using System.Net;
using System.Net.Sockets;

namespace Muster.FunctionalTests;

/// <summary>Limits of one client on a whole server: addresses of the loopback network stand for clients.</summary>
public sealed class AdmissionTests : IDisposable
{
    private readonly TemporaryDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Requests_OneClientFloods_ItIsRefusedAndTheOtherIsServed()
    {
        await using RunningAgent agent = await StartAsync("\"http_request_rate_per_client\": 100, \"http_request_burst_per_client\": 10");
        using HttpClient bad = ClientFrom("127.0.0.66", agent), good = ClientFrom("127.0.0.2", agent);
        Task<HttpResponseMessage[]> flood = Task.WhenAll(Enumerable.Range(0, 400).Select(_ => bad.GetAsync("/v1/catalog/services")));
        for (int i = 0; i < 10; i++)
        {
            using HttpResponseMessage answer = await good.GetAsync("/v1/catalog/services", TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        HttpResponseMessage[] answers = await flood;
        HttpResponseMessage refused = answers.First(answer => answer.StatusCode == HttpStatusCode.TooManyRequests);
        Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter?.Delta);
        Assert.Contains("limits.http_request_rate_per_client", await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.True(answers.Count(answer => answer.StatusCode == HttpStatusCode.OK) >= 10);
        Assert.All(answers, answer => Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.TooManyRequests));
        string metrics = await agent.GetAsync("/metrics");
        Assert.Contains("muster_http_refusals_total{limit=\"client_rate\"}", metrics, StringComparison.Ordinal);
        Array.ForEach(answers, answer => answer.Dispose());
    }

    [Fact]
    public async Task Requests_RefusedInTheRestApi_AreProblems()
    {
        await using RunningAgent agent = await StartAsync("\"http_request_rate_per_client\": 1, \"http_request_burst_per_client\": 1");
        using HttpClient client = ClientFrom("127.0.0.2", agent);
        using HttpResponseMessage first = await client.GetAsync("/api/v1/services", TestContext.Current.CancellationToken);
        using HttpResponseMessage second = await client.GetAsync("/api/v1/services", TestContext.Current.CancellationToken);
        using HttpResponseMessage health = await client.GetAsync("/health/ready", TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.TooManyRequests, HttpStatusCode.OK), (first.StatusCode, second.StatusCode, health.StatusCode));
        Assert.Equal("application/problem+json", second.Content.Headers.ContentType?.MediaType);
        Assert.NotNull(second.Headers.RetryAfter);
    }

    [Fact]
    public async Task Waits_OneClientHasTooMany_ItIsRefusedAndTheOtherWaits()
    {
        await using RunningAgent agent = await StartAsync("\"max_watchers_per_client\": 3");
        using HttpClient bad = ClientFrom("127.0.0.66", agent), good = ClientFrom("127.0.0.2", agent);
        long index = agent.Agent.Catalog.ServicesPoint.Index;
        string blocking = $"/v1/catalog/services?index={index}&wait=1m";
        List<Task<HttpResponseMessage>> waiting = [.. Enumerable.Range(0, 3).Select(_ => bad.GetAsync(blocking))];
        WaitUntil(() => agent.Agent.Catalog.ServicesPoint.Count == 3);
        using HttpResponseMessage refused = await bad.GetAsync(blocking, TestContext.Current.CancellationToken);
        using HttpResponseMessage watch = await bad.GetAsync("/api/v1/watch/web", TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.TooManyRequests, HttpStatusCode.TooManyRequests), (refused.StatusCode, watch.StatusCode));
        Assert.Contains("limits.max_watchers_per_client", await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        using HttpResponseMessage plain = await bad.GetAsync("/v1/catalog/services", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, plain.StatusCode);

        waiting.Add(good.GetAsync(blocking));
        WaitUntil(() => agent.Agent.Catalog.ServicesPoint.Count == 4);
        await agent.RegisterAsync("""{"Name":"web","Port":80}""");
        foreach (Task<HttpResponseMessage> query in waiting)
        {
            using HttpResponseMessage answer = await query;
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Connections_OneClientHasTooMany_ItIsToldAndTheOtherConnects()
    {
        await using RunningAgent agent = await StartAsync("\"http_max_conns_per_client\": 5");
        List<Socket> open = [];
        try
        {
            for (int i = 0; i < 6; i++)
            {
                open.Add(await ConnectAsync("127.0.0.66", agent));
            }

            // which of the six it is, the server's threads decide
            WaitUntil(() => open.Exists(socket => socket.Available > 0));
            byte[] answer = new byte[1000];
            int length = await open.First(socket => socket.Available > 0).ReceiveAsync(answer, TestContext.Current.CancellationToken);
            Assert.StartsWith("HTTP/1.1 429 Too Many Requests\r\n", System.Text.Encoding.ASCII.GetString(answer, 0, length), StringComparison.Ordinal);
            using HttpClient good = ClientFrom("127.0.0.2", agent);
            using HttpResponseMessage served = await good.GetAsync("/v1/catalog/services", TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, served.StatusCode);
        }
        finally
        {
            open.ForEach(socket => socket.Dispose());
        }
    }

    private Task<RunningAgent> StartAsync(string limits)
    {
        string file = Path.Combine(_folder.Path, "agent.json");
        File.WriteAllText(file, $$"""{ "limits": { "exempt_clients": ["127.0.0.1"], {{limits}} } }""");
        return RunningAgent.StartAsync("-dev", $"-config-file={file}");
    }

    private static HttpClient ClientFrom(string address, RunningAgent agent) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, _) => new NetworkStream(await ConnectAsync(address, agent), ownsSocket: true),
    })
    {
        BaseAddress = agent.Client.BaseAddress,
    };

    private static async ValueTask<Socket> ConnectAsync(string address, RunningAgent agent)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
        await socket.ConnectAsync(IPAddress.Loopback, agent.Client.BaseAddress!.Port);
        return socket;
    }

    private static void WaitUntil(Func<bool> condition) =>
        Assert.True(SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(30)), "it did not happen within 30 s");
}
