using System.Net;
using System.Text.Json;
using Muster.Bench.Load;
using Muster.Bench.Processes;
using Muster.FaultProxy;

namespace Muster.Bench.Subjects;

/// <summary>One server of a cluster: its ports and its data directory outlive its process.</summary>
internal sealed class ClusterServer
{
    private const string Secret = "secret-of-a-benchmark";
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);

    private readonly BenchContext _context;
    private readonly FaultNetwork? _network;
    private readonly int? _processor;
    private readonly IPEndPoint _peerAddress;
    private ServerProcess? _process;

    /// <param name="context">The row's.</param>
    /// <param name="number">From 1; its address is made of it.</param>
    /// <param name="network">What lies between the servers; null when they reach each other directly.</param>
    /// <param name="processor">The only processor it may use; null for all.</param>
    public ClusterServer(BenchContext context, int number, FaultNetwork? network, int? processor)
    {
        _context = context;
        _network = network;
        _processor = processor;
        Name = $"s{number}";
        HttpPort = FreePort.Next();
        DnsPort = FreePort.Next();
        DataDirectory = context.PathOf($"{context.NextName("cluster")}-data");
        _peerAddress = new IPEndPoint(IPAddress.Parse($"127.0.7.{number}"), FreePort.Next());
        ReachedAt = network is null ? _peerAddress : new IPEndPoint(IPAddress.Parse($"127.0.8.{number}"), _peerAddress.Port);
        network?.Add(Name, _peerAddress, ReachedAt);
    }

    public string Name { get; }

    public int HttpPort { get; }

    public int DnsPort { get; }

    public string DataDirectory { get; }

    /// <summary>Where the others dial it.</summary>
    public IPEndPoint ReachedAt { get; }

    public ServerProcess Process => _process ?? throw new InvalidOperationException($"{Name} was not started");

    public HttpConnection Connect() => HttpConnection.Open(HttpPort);

    /// <summary>Starts it, or starts it again, and does not wait.</summary>
    public void Launch(IEnumerable<ClusterServer> others)
    {
        List<string> arguments =
        [
            "agent", "-server", $"-node={Name}", $"-data-dir={DataDirectory}", $"-http-port={HttpPort}", $"-dns-port={DnsPort}",
            $"-bind={_peerAddress.Address}", $"-advertise={ReachedAt.Address}", $"-serf-lan-port={_peerAddress.Port}",
            $"-encrypt={Secret}", "-log-level=warn", .. others.Select(other => $"-retry-join={other.ReachedAt}"),
        ];
        var name = _context.NextName(Name);
        _process = _processor is { } processor
            ? _context.Start(name, "taskset", ["-c", $"{processor}", _context.Options.MusterPath, .. arguments])
            : _context.Start(name, _context.Options.MusterPath, arguments);
        _network?.SetProcess(Name, _process.Id);
    }

    public void WaitUntilReady() => Process.WaitUntilOk(HttpPort, "/health/ready", StartPatience);

    /// <summary>The digest of all it has, and how many servers it is connected with.</summary>
    public (string Digest, int Entries, int Connected) Status()
    {
        const string Path = "/api/v1/cluster";
        using var connection = Connect();
        using var status = JsonDocument.Parse(connection.Get(Path).EnsureOk(Path).Body.ToArray());
        var root = status.RootElement;
        return (
            root.GetProperty("digest").GetString()!,
            root.GetProperty("entries").GetInt32(),
            root.GetProperty("members").EnumerateArray().Count(member => member.TryGetProperty("connected", out var connected) && connected.GetBoolean()));
    }

    public PrometheusText Metrics()
    {
        using var connection = Connect();
        return PrometheusText.Parse(connection.Get("/metrics").EnsureOk("/metrics").Body);
    }
}
