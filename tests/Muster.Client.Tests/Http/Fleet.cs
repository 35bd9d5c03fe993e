using Muster.Client.Http;
using Muster.Client.Tests.Streaming;

namespace Muster.Client.Tests.Http;

/// <summary>Instances of one service, and an HTTP client that reaches them by the service's name.</summary>
internal sealed class Fleet : IAsyncDisposable
{
    private readonly ClientUnderTest _client;
    private readonly List<Backend> _backends = [];
    private long _revision;

    private Fleet(Action<MusterClientOptions>? configure)
    {
        _client = new ClientUnderTest([new Uri("http://127.0.0.1:1")], configure);
        Http = new HttpClient(new DiscoveryHandler(_client.Client) { InnerHandler = new SocketsHttpHandler() });
    }

    public HttpClient Http { get; }

    public MusterClient Client => _client.Client;

    public IReadOnlyList<Backend> Backends => _backends;

    public ServiceHandle Service => Client.Service("payments");

    public static async Task<Fleet> StartAsync(int backends, Action<MusterClientOptions>? configure = null)
    {
        var fleet = new Fleet(configure);
        for (int i = 0; i < backends; i++)
        {
            fleet._backends.Add(await Backend.StartAsync($"p-{i}"));
        }

        fleet.Show([.. fleet._backends.Select(backend => backend.Instance)]);
        return fleet;
    }

    public long Count(string name) => _client.Count(name);

    public void Show(params ServiceInstance[] instances) =>
        Service.Publish(new ServiceView("payments", [.. instances], ++_revision, ViewSource.Stream));

    public int RequestsInAll() => _backends.Sum(backend => backend.Requests.Count);

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string uri, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(method, uri) { Content = content };
        return await Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _client.DisposeAsync();
        foreach (Backend backend in _backends)
        {
            await backend.DisposeAsync();
        }
    }
}
