using Muster.Client;

namespace Muster.Bench.Load;

/// <summary>Many clients in this process, each with a connection of its own, as many processes would have.</summary>
internal sealed class WatchingClients : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly MusterClient[] _clients;

    public WatchingClients(int port, int count, IReadOnlyList<string> services)
    {
        _clients = new MusterClient[count];
        for (var i = 0; i < count; i++)
        {
            _clients[i] = new MusterClient(new MusterClientOptions
            {
                Addresses = { new Uri($"http://127.0.0.1:{port}") },
                FirstLookupTimeout = Patience,
            });
            foreach (var service in services)
            {
                _clients[i].Service(service);
            }
        }
    }

    /// <summary>Completes when every client has a list of every service.</summary>
    public async Task KnowAsync(IReadOnlyList<string> services)
    {
        foreach (var client in _clients)
        {
            foreach (var service in services)
            {
                var view = await client.GetAsync(service);
                if (view.Instances.Length == 0 || view.Source != ViewSource.Stream)
                {
                    throw new BenchException($"a client has no stream: {view}");
                }
            }
        }
    }

    /// <summary>Completes when every client shows an instance of the service with this metadata.</summary>
    public Task SeeAsync(string service, string key, string value) =>
        Task.WhenAll(_clients.Select(client => SeeAsync(client.Service(service), key, value)));

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
        {
            await client.DisposeAsync();
        }
    }

    private static async Task SeeAsync(ServiceHandle handle, string key, string value)
    {
        using var patience = new CancellationTokenSource(Patience);
        await foreach (var view in handle.WatchAsync(patience.Token))
        {
            if (view.Instances.Any(instance => instance.Metadata.TryGetValue(key, out var text) && text == value))
            {
                return;
            }
        }
    }
}
