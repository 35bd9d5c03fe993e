using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Muster.Cluster;
using Muster.Cluster.Sockets;
using Muster.Server.Configuration;

namespace Muster.Server.Hosting.Clustering;

/// <summary>
/// This server's part in a cluster: the code that decides, the thread it runs in, the sockets it talks over, and the file
/// it remembers the others in.
/// </summary>
internal sealed partial class ClusterHost : ICluster, IAsyncDisposable
{
    private static readonly TimeSpan s_firstLooks = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_joinWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_leaveWithin = TimeSpan.FromSeconds(6);

    private readonly AgentOptions _options;
    private readonly Catalog.Catalog _catalog;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly MemberMemory _memory;
    private readonly ClusterLoop _loop;
    private readonly SocketTransport _transport;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string> _hopeless = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ClusterView _before;
    private readonly Lock _remembering = new();
    private ClusterNode? _node;
    private Task _following = Task.CompletedTask;
    private volatile bool _leaves;

    /// <summary>Takes the port for peers; nobody is let in yet.</summary>
    /// <exception cref="AgentStartException">The port is taken, or a certificate cannot be read.</exception>
    public ClusterHost(AgentOptions options, Catalog.Catalog catalog, TimeProvider time, ILoggerFactory logging)
    {
        _options = options;
        _catalog = catalog;
        _time = time;
        _logger = logging.CreateLogger("Muster.Cluster");
        _memory = new MemberMemory(options.DataDirectory, _logger);
        _loop = new ClusterLoop(time, _logger);

        // until the node is there, which needs the port of HTTP
        _before = new LoneServer(catalog, time.GetUtcNow()).View with { IsSynced = false, SyncDetail = "starting" };
        ClusterSettings settings = options.Cluster;
        try
        {
            _transport = new SocketTransport(
                new PeerSocketOptions
                {
                    ListenOn = new IPEndPoint(settings.PeerAddress, settings.PeerPort),
                    DefaultPort = settings.PeerPort > 0 ? settings.PeerPort : ClusterDraft.DefaultPort,
                    Secret = settings.Secret,
                    Tls = LoadTls(settings, NameOfServers(options)),
                },
                _loop, time, _logger);
        }
        catch (SocketException error)
        {
            throw new AgentStartException([$"peers cannot be awaited on {settings.PeerAddress}:{settings.PeerPort}: {error.Message}; choose another with -serf-lan-port or -bind"]);
        }
        catch (IOException error)
        {
            throw new AgentStartException([error.Message]);
        }
    }

    /// <inheritdoc />
    public bool IsEnabled => true;

    /// <inheritdoc />
    public ClusterView View => _node?.View ?? _before;

    /// <summary>What passed over the links.</summary>
    public PeerCounters Counters => _transport.Counters;

    /// <summary>Ends when this server has what the others have.</summary>
    public Task Synced => _synced.Task;

    /// <summary>Ends, with the reason, when joining was tried as often as <c>retry_max</c> allows.</summary>
    public Task<string> Hopeless => _hopeless.Task;

    /// <summary>Where peers are expected, with the real port.</summary>
    public IPEndPoint EndPoint => _transport.EndPoint;

    /// <summary>Begins to look for the others and lets them in.</summary>
    /// <param name="httpAddress">Where HTTP clients reach this server, empty for nowhere.</param>
    /// <param name="journalClock">The newest stamp in the journal before this run.</param>
    /// <param name="cancellation">Ends the waiting for the servers of <c>-join</c>.</param>
    public async Task StartAsync(string httpAddress, long journalClock, CancellationToken cancellation)
    {
        KnownMembers known = _memory.Read();
        bool returns = !known.Left || _options.Cluster.Rejoin;
        _node = new ClusterNode(
            NodeOptions(httpAddress, journalClock, returns ? known.Members : []), _catalog, _time, new Random(), _transport, _loop, _logger,
            new IsolationSink(_catalog));

        // first in the loop's inbox, so that the node has started before it hears of a link
        Task started = _loop.CallAsync(() =>
        {
            _node.Start();
            return true;
        });
        _transport.Start(() => _node.Hello);
        _loop.Start(new NodeCalls(_node, reason => _hopeless.TrySetResult(reason)));
        await started;
        _following = FollowAsync([.. known.Members]);
        await JoinAtStartAsync(cancellation);
    }

    /// <inheritdoc />
    public Task<string?> JoinAsync(string target) => _transport.JoinAsync(target);

    /// <inheritdoc />
    public Task<bool> ForceLeaveAsync(string name, bool prune) => _loop.CallAsync(() => _node!.ForceLeave(name, prune));

    /// <summary>Hands over what is here and tells the others goodbye; within a bound, whatever they do.</summary>
    public async Task LeaveAsync()
    {
        if (_leaves)
        {
            return;
        }

        _leaves = true;
        LogLeaving(_logger);
        await _loop.CallAsync(() =>
        {
            _node!.Leave();
            return true;
        });
        long begin = _time.GetTimestamp();
        while (!View.HasLeft && _time.GetElapsedTime(begin) < s_leaveWithin)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), _time);
        }

        Remember(View);
    }

    /// <summary>
    /// Reads the certificates again; connections made from now on use them. Returns what is wrong with them; then those read
    /// before stay in use. Whether there is TLS at all is settled at the start.
    /// </summary>
    public IReadOnlyList<string> ReloadCertificates(AgentOptions next)
    {
        try
        {
            if (_options.Cluster.UsesTls && LoadTls(next.Cluster, NameOfServers(next)) is { } tls)
            {
                _transport.UseTls(tls);
            }

            return [];
        }
        catch (IOException error)
        {
            return [error.Message];
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _following;
        await _transport.DisposeAsync();
        _loop.Dispose();
        _stop.Dispose();
    }

    /// <summary>
    /// What the keys of entries are hashed with: the same on all servers of a cluster, and unknown to whoever would choose
    /// ids that collide with those of others.
    /// </summary>
    public static ulong KeySeedOf(ClusterSettings settings) => settings.Secret.Length == 0
        ? 0
        : BinaryPrimitives.ReadUInt64LittleEndian(HMACSHA256.HashData(Encoding.UTF8.GetBytes(settings.Secret), "entry keys"u8));

    private static PeerTls? LoadTls(ClusterSettings settings, string nameOfServers) =>
        settings.UsesTls ? PeerTls.Load(settings.CaFile, settings.CertFile, settings.KeyFile, nameOfServers) : null;

    private string NameOfServers(AgentOptions options) => $"server.{_options.Datacenter}.{options.Dns.Domain}";

    private ClusterOptions NodeOptions(string httpAddress, long journalClock, IReadOnlyList<MemberRecord> known) => new()
    {
        NodeId = _catalog.Options.NodeId,
        Name = _options.NodeName,
        Datacenter = _options.Datacenter,
        PeerAddress = new IPEndPoint(_options.AdvertiseAddress, EndPoint.Port).ToString(),
        HttpAddress = httpAddress,
        Zone = _options.NodeMetadata.FirstOrDefault(static pair => pair.Key == "zone").Value ?? "",
        Version = BuildInfo.Version,
        Boot = _time.GetUtcNow().Ticks / 10 - DateTimeOffset.UnixEpoch.Ticks / 10,
        JoinTargets = _options.Cluster.RetryJoin,
        KnownMembers = known,
        JournalClock = journalClock,
        ExpectedServers = _options.Cluster.ExpectedServers,
        TombstoneAge = _catalog.Options.TombstoneAge,
        RetryInterval = _options.Cluster.RetryInterval,
        RetryMax = _options.Cluster.RetryMax,
        OwnerTimeout = _options.Cluster.OwnerTimeout,
        IsolatedTimeout = _options.Cluster.IsolatedTimeout,
    };

    /// <summary>Of the servers of <c>-join</c> one must answer.</summary>
    private async Task JoinAtStartAsync(CancellationToken cancellation)
    {
        IReadOnlyList<string> targets = _options.Cluster.StartJoin;
        if (targets.Count == 0)
        {
            return;
        }

        long begin = _time.GetTimestamp();
        while (true)
        {
            string?[] problems = await Task.WhenAll(targets.Select(JoinAsync)).WaitAsync(cancellation);
            if (problems.Contains(null))
            {
                return;
            }

            if (_time.GetElapsedTime(begin) > s_joinWithin)
            {
                throw new AgentStartException([.. targets.Zip(problems, static (target, problem) => $"-join {target}: {problem}"), "none of the servers to join answered; -retry-join goes on trying"]);
            }

            await Task.Delay(TimeSpan.FromSeconds(1), _time, cancellation);
        }
    }

    /// <summary>Looks at the cluster from time to time: to tell that it is synced, and to remember the members.</summary>
    private async Task FollowAsync(MemberRecord[] remembered)
    {
        try
        {
            using var timer = new PeriodicTimer(s_firstLooks, _time);
            ClusterView? before = null;
            do
            {
                ClusterView view = View;
                if (view.IsSynced && _synced.TrySetResult())
                {
                    timer.Period = s_look;
                }

                if (view != before && !remembered.SequenceEqual(view.Members.Select(static member => member.Record)))
                {
                    remembered = Remember(view);
                }

                before = view;
            }
            while (await timer.WaitForNextTickAsync(_stop.Token));
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            _synced.TrySetCanceled();
        }
    }

    private MemberRecord[] Remember(ClusterView view)
    {
        MemberRecord[] records = [.. view.Members.Select(static member => member.Record)];

        // a leave writes too, and what it says must not be taken back
        lock (_remembering)
        {
            _memory.Write(new KnownMembers { Members = records, Left = _leaves });
        }

        return records;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Leaving the cluster")]
    private static partial void LogLeaving(ILogger logger);
}
