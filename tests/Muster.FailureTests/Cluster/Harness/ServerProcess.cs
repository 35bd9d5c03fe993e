using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Muster.FailureTests.Processes;

namespace Muster.FailureTests.Cluster.Harness;

/// <summary>One server of a cluster, on ports and a data directory of its own, which outlive its death.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const int MostConnections = 500;

    private readonly string _folder = Directory.CreateTempSubdirectory("muster-cluster-").FullName;
    private readonly ClusterSettings _settings;
    private ChildProcess? _process;

    public ServerProcess(int number, ClusterSettings settings)
    {
        _settings = settings;
        Name = $"s{number}";
        HttpPort = Ports.Free(IPAddress.Loopback);
        DnsPort = Ports.Free(IPAddress.Loopback);
        IPAddress own = IPAddress.Parse($"127.0.7.{number}"), reached = IPAddress.Parse($"127.0.8.{number}");
        int peerPort = Ports.Free(own, reached);
        PeerAddress = new IPEndPoint(own, peerPort);
        ReachedAt = new IPEndPoint(reached, peerPort);
        Http = new HttpClient(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(2), UseProxy = false, MaxConnectionsPerServer = MostConnections })
        {
            BaseAddress = new Uri($"http://127.0.0.1:{HttpPort}"),
            Timeout = TimeSpan.FromSeconds(10),
        };
    }

    public string Name { get; }

    public int HttpPort { get; }

    public int DnsPort { get; }

    /// <summary>Where it listens for peers.</summary>
    public IPEndPoint PeerAddress { get; }

    /// <summary>Where peers dial it: a fault proxy.</summary>
    public IPEndPoint ReachedAt { get; }

    /// <summary>For requests to it.</summary>
    public HttpClient Http { get; }

    public string DataDirectory => Path.Combine(_folder, "data");

    public string Said => _process!.Errors;

    public bool HasExited => _process!.HasExited;

    public int ProcessId => _process!.Id;

    /// <summary>Its resident memory.</summary>
    public long MemoryBytes
    {
        get
        {
            string line = File.ReadLines($"/proc/{ProcessId}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
            return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
        }
    }

    /// <summary>Starts it, anew on the same ports and data after its end.</summary>
    public async Task LaunchAsync(IEnumerable<IPEndPoint> peers)
    {
        if (_process is { } dead)
        {
            await dead.DisposeAsync();
        }

        string file = Path.Combine(_folder, "server.json");
        await File.WriteAllTextAsync(file, Configuration(peers).ToJsonString());
        _process = new ChildProcess(Programs.Muster, "agent", "-config-file", file);
    }

    /// <summary>Returns when it is ready.</summary>
    public Task ReadyAsync(TimeSpan within) =>
        Eventually.HoldsAsync(
            async () => HasExited ? throw new InvalidOperationException($"{Name} ended: {Said}") : await IsReadyAsync(),
            within, () => $"{Name} is ready; it said {Said}");

    /// <summary>Whether it says that it is ready.</summary>
    public async Task<bool> IsReadyAsync()
    {
        try
        {
            using HttpResponseMessage answer = await Http.GetAsync(new Uri("/health/ready", UriKind.Relative));
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    public Task<string> GetAsync(string path) => Http.GetStringAsync(new Uri(path, UriKind.Relative));

    /// <summary>SIGKILL.</summary>
    public Task KillAsync() => _process!.KillAsync();

    /// <summary>SIGTERM.</summary>
    public Task TerminateAsync() => _process!.TerminateAsync(TimeSpan.FromSeconds(15));

    /// <summary>SIGSTOP.</summary>
    public void Pause() => _process!.Pause();

    /// <summary>SIGCONT.</summary>
    public void Resume() => _process!.Resume();

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            await process.DisposeAsync();
        }

        Http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private JsonObject Configuration(IEnumerable<IPEndPoint> peers)
    {
        var json = new JsonObject
        {
            ["server"] = true,
            ["node_name"] = Name,
            ["data_dir"] = DataDirectory,
            ["bind_addr"] = PeerAddress.Address.ToString(),
            ["advertise_addr"] = ReachedAt.Address.ToString(),
            ["client_addr"] = "127.0.0.1",
            ["ports"] = new JsonObject { ["http"] = HttpPort, ["dns"] = DnsPort, ["serf_lan"] = PeerAddress.Port },
            ["retry_join"] = new JsonArray([.. peers.Select(peer => (JsonNode)peer.ToString())]),
        };
        if (_settings.Secret.Length > 0)
        {
            json["encrypt"] = _settings.Secret;
        }

        if (_settings.OwnerTimeout is { } timeout)
        {
            json["owner_timeout"] = string.Create(CultureInfo.InvariantCulture, $"{timeout.TotalMilliseconds}ms");
        }

        foreach ((string key, JsonNode? value) in _settings.More)
        {
            json[key] = value?.DeepClone();
        }

        return json;
    }
}
