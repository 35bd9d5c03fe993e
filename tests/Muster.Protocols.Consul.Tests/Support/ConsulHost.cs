using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Muster.Protocols.Consul.Agent;
using Muster.Protocols.Consul.Tests.Http;

namespace Muster.Protocols.Consul.Tests.Support;

/// <summary>The Consul API over a catalog under virtual time, behind a real Kestrel.</summary>
internal sealed class ConsulHost : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping;
    private readonly KestrelHost _kestrel;

    private ConsulHost(ManualTime time, LiveCatalog catalog, ConsulEndpoint endpoint, CancellationTokenSource stopping, KestrelHost kestrel)
    {
        Time = time;
        Catalog = catalog;
        Endpoint = endpoint;
        _stopping = stopping;
        _kestrel = kestrel;
    }

    public ManualTime Time { get; }

    public LiveCatalog Catalog { get; }

    public ConsulEndpoint Endpoint { get; }

    public HttpClient Client => _kestrel.Client;

    public System.Net.IPEndPoint EndPoint => _kestrel.EndPoint;

    public static async Task<ConsulHost> StartAsync(
        ConsulOptions? options = null, ILogger<ConsulEndpoint>? logger = null, IAgentHost? host = null)
    {
        var time = new ManualTime();
        LiveCatalog catalog = TestCatalog.Create(time);
        var stopping = new CancellationTokenSource();
        var endpoint = new ConsulEndpoint(
            catalog, options ?? new ConsulOptions(), time, new Random(1), logger ?? NullLogger<ConsulEndpoint>.Instance, stopping.Token, host);
        return new ConsulHost(time, catalog, endpoint, stopping, await KestrelHost.StartAsync(endpoint.InvokeAsync));
    }

    /// <summary>What the host's shutdown does first.</summary>
    public void BeginStop() => _stopping.Cancel();

    public async Task<ConsulAnswer> GetAsync(string path)
    {
        using HttpResponseMessage response = await Client.GetAsync(path);
        return await ConsulAnswer.ReadAsync(response);
    }

    /// <summary>Starts a blocking read and returns once it waits.</summary>
    public async Task<Task<ConsulAnswer>> BlockAsync(string path)
    {
        int before = Endpoint.BlockedQueries;
        Task<ConsulAnswer> answer = GetAsync(path);
        await Eventually.TrueAsync(() => Endpoint.BlockedQueries > before && Time.DueTimes.Count > before);
        return answer;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _kestrel.DisposeAsync();
        _stopping.Dispose();
    }
}
