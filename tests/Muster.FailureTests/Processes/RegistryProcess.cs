using System.Net;

namespace Muster.FailureTests.Processes;

/// <summary>A Muster server on ports and a data directory of its own, which outlive its death.</summary>
internal sealed class RegistryProcess : IAsyncDisposable
{
    private static readonly HttpClient s_http = new() { Timeout = TimeSpan.FromSeconds(5) };

    private readonly string _folder = Directory.CreateTempSubdirectory("muster-failure-").FullName;
    private ChildProcess? _process;

    private RegistryProcess()
    {
        HttpPort = Ports.Free(IPAddress.Loopback);
        DnsPort = Ports.Free(IPAddress.Loopback);
    }

    public int HttpPort { get; }

    public int DnsPort { get; }

    public Uri Address => new($"http://127.0.0.1:{HttpPort}");

    public static async Task<RegistryProcess> StartAsync()
    {
        var registry = new RegistryProcess();
        await registry.StartAgainAsync();
        return registry;
    }

    /// <summary>Starts it on the same ports and data; returns when it is ready.</summary>
    public async Task StartAgainAsync()
    {
        if (_process is { } dead)
        {
            await dead.DisposeAsync();
        }

        _process = new ChildProcess(
            Programs.Muster, "agent", "-server", "-data-dir", Path.Combine(_folder, "data"), "-node", "registry", "-bind", "127.0.0.1",
            "-client", "127.0.0.1", "-http-port", $"{HttpPort}", "-dns-port", $"{DnsPort}");
        await Eventually.HoldsAsync(IsReadyAsync, TimeSpan.FromSeconds(20), () => "the registry is ready; it said " + _process.Errors);
    }

    /// <summary>SIGKILL.</summary>
    public Task KillAsync() => _process!.KillAsync();

    public Task<string> GetAsync(string path) => s_http.GetStringAsync(new Uri(Address, path));

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            await process.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using HttpResponseMessage answer = await s_http.GetAsync(new Uri(Address, "/health/ready"));
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
