using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Muster.Catalog;
using Muster.Checks;
using Muster.Cluster;
using Muster.Protocols.Consul;
using Muster.Protocols.Consul.Agent;
using Muster.Protocols.Dns;
using Muster.Protocols.Registry;
using Muster.Protocols.Rest;
using Muster.Server.Admission;
using Muster.Server.Configuration;
using Muster.Server.Hosting.Clustering;
using Muster.Server.Telemetry;

namespace Muster.Server.Hosting;

/// <summary>
/// One running server: the catalog with its journal, probes and clock, and the heads that speak for it. Composition and
/// the order of starting and stopping, nothing more.
/// </summary>
internal sealed partial class Agent : IAsyncDisposable
{
    private readonly AgentOptions _options;
    private readonly ILogger _logger;
    private readonly Meter _meter = new(PrometheusExporter.MeterName);
    private readonly PrometheusExporter _metrics = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _leaving = new();
    private readonly LogControl _log;
    private readonly TimeProvider _time;
    private readonly ConfiguredRegistrations _configured;
    private readonly ConfigurationReload _reload;
    private readonly Catalog.Catalog _catalog;
    private readonly Journal.Journal? _journal;
    private readonly SnapshotKeeper? _snapshots;
    private readonly ProbeSupervisor _probes;
    private readonly AliasFollower _aliases;
    private readonly AdmissionControl _admission;
    private readonly HttpListener? _http;
    private readonly DnsServer? _dns;
    private readonly ClusterHost? _cluster;
    private ConsulEndpoint? _consul;
    private CatalogTicker? _ticker;
    private IdleCompaction? _compaction;
    private volatile ServerState _state = ServerState.Starting;

    private Agent(AgentLaunch launch, ILoggerFactory logging, LogControl logControl, TimeProvider time)
    {
        AgentOptions options = launch.Options;
        _options = options;
        _log = logControl;
        _time = time;
        _logger = logging.CreateLogger("Muster.Server.Agent");
        _admission = new AdmissionControl(AdmissionLimits.From(options.Limits), time);
        _admission.AddTo(_meter);
        var log = new JournalChangeLog();
        _catalog = new Catalog.Catalog(RoomOptions.OfCatalog(options), time, new Random(), log, new PoolWakeDispatcher());
        if (options.DataDirectory.Length > 0 && !options.DevMode)
        {
            _journal = JournalRecovery.Open(options.DataDirectory, _catalog, _logger);
            log.Attach(_journal);
            _snapshots = new SnapshotKeeper(_journal, _catalog, logging.CreateLogger<SnapshotKeeper>());
        }

        CatalogMetrics.Add(_meter, _catalog);
        _configured = new ConfiguredRegistrations(
            _catalog,
            new AgentRegistrar(_catalog, RoomOptions.OfConsul(options, _admission)),
            new ConfiguredMemory(options.DevMode ? "" : options.DataDirectory, logging.CreateLogger<ConfiguredMemory>()),
            RoomOptions.LocalScripts(options));
        _reload = new ConfigurationReload(options, launch.ReadAgain, next => _cluster?.ReloadCertificates(next) ?? [], Apply, logging.CreateLogger<ConfigurationReload>());
        _reload.AddTo(_meter);
        _probes = new ProbeSupervisor(
            _catalog, RoomOptions.OfProbes(options.Probing), sink => new CheckScheduler(new CheckSchedulerOptions(), sink, time, new Random(), _meter));
        _aliases = new AliasFollower(_catalog);
        _http = options.HttpPort < 0 ? null : new HttpListener(options, _admission, logging);
        _dns = options.DnsPort < 0 ? null : new DnsServer(_catalog, RoomOptions.OfDns(options, IsAnswering), time, Random.Shared);
        _cluster = options.Cluster.Enabled ? new ClusterHost(options, _catalog, time, logging) : null;
        if (_cluster is not null)
        {
            ClusterMetrics.Add(_meter, _cluster);
        }

        Cluster = _cluster is not null ? _cluster : new LoneServer(_catalog, time.GetUtcNow());
    }

    /// <summary>The catalog, for whoever runs in the same process.</summary>
    public Catalog.Catalog Catalog => _catalog;

    /// <summary>Open HTTP connections.</summary>
    public int OpenConnections => _admission.Connections;

    /// <summary>Where HTTP listens, with real ports.</summary>
    public IReadOnlyCollection<string> HttpAddresses => _http?.Addresses ?? [];

    /// <summary>Where DNS listens, with real ports.</summary>
    public IReadOnlyList<IPEndPoint> DnsEndPoints => _dns?.EndPoints ?? [];

    private static string Version => typeof(Agent).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary>Recovers, registers what is configured, and serves.</summary>
    public static Task<Agent> StartAsync(AgentOptions options, ILoggerFactory logging, TimeProvider time, CancellationToken cancellation) =>
        StartAsync(new AgentLaunch(options), logging, new LogControl(options.LogLevel), time, cancellation);

    /// <summary>As the other one, for an agent that can be reloaded and whose log can be turned up and down.</summary>
    public static async Task<Agent> StartAsync(AgentLaunch launch, ILoggerFactory logging, LogControl log, TimeProvider time, CancellationToken cancellation)
    {
        var agent = new Agent(launch, logging, log, time);
        try
        {
            await agent.ServeAsync(logging, time, cancellation);
            return agent;
        }
        catch
        {
            await agent.DisposeAsync();
            throw;
        }
    }

    /// <summary>Answers what waits, stops taking more, and lets requests under way end within a bound.</summary>
    public async Task StopAsync(TimeSpan within)
    {
        _state = ServerState.Stopping;
        LogStopping(_logger);
        await _stopping.CancelAsync();
        if (_http is not null)
        {
            using var hurry = new CancellationTokenSource(within);
            await _http.StopAsync(hurry.Token);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _http?.Dispose();
        if (_dns is not null)
        {
            await _dns.DisposeAsync();
        }

        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }

        await _becomingReady;
        await _probes.DisposeAsync();
        await _aliases.DisposeAsync();
        if (_ticker is not null)
        {
            await _ticker.DisposeAsync();
        }

        if (_compaction is not null)
        {
            await _compaction.DisposeAsync();
        }

        _snapshots?.Dispose();
        _journal?.Dispose();
        _metrics.Dispose();
        _meter.Dispose();
        _reload.Dispose();
        _stopping.Dispose();
        _leaving.Dispose();
    }

    private async Task ServeAsync(ILoggerFactory logging, TimeProvider time, CancellationToken cancellation)
    {
        long journalClock = _cluster is null ? 0 : _catalog.Replica.HighestClock;
        CommandResult announced = _catalog.AnnounceSelf(Version, port: 8300);
        foreach (string former in _catalog.MoveFromFormerSelf())
        {
            LogRenamed(_logger, former, _options.NodeName);
        }

        await _catalog.WaitDurableAsync(announced.Sequence);
        IReadOnlyList<string> problems = _configured.Apply(_options.Services, _options.Checks);
        if (problems.Count > 0)
        {
            throw new AgentStartException(problems);
        }

        _aliases.Start();
        _probes.Start();
        _compaction = new IdleCompaction(time, logging.CreateLogger<IdleCompaction>());
        await ListenAsync(new RequestAdmission(_admission, RouterOf(logging, time).InvokeAsync, HttpRouter.RefuseAsync).InvokeAsync, cancellation);

        // not before heartbeats can come in
        _ticker = new CatalogTicker(_catalog, time, logging.CreateLogger<CatalogTicker>());
        await JoinClusterAsync(journalClock, cancellation);
    }

    /// <summary>Puts into effect what of a configuration can change while running. Returns what could not be.</summary>
    private IReadOnlyList<string> Apply(AgentOptions next)
    {
        _log.Level = next.LogLevel;
        _catalog.SetSelfMetadata(next.NodeMetadata);
        _dns?.Reconfigure(RoomOptions.OfDns(next, IsAnswering));
        _admission.Limits = AdmissionLimits.From(next.Limits);
        _consul?.Reconfigure(RoomOptions.OfConsul(next, _admission) with { MaxBlockedQueries = _options.Limits.Watchers });
        return _configured.Apply(next.Services, next.Checks);
    }

    private async Task ListenAsync(RequestDelegate handler, CancellationToken cancellation)
    {
        try
        {
            _dns?.Start();
        }
        catch (SocketException error)
        {
            throw CannotListen("DNS", _options.DnsPort, _options.DnsAddresses, "-dns-port", error);
        }

        try
        {
            await (_http?.StartAsync(handler, cancellation) ?? Task.CompletedTask);
        }
        catch (Exception error) when (error is SocketException or IOException)
        {
            throw CannotListen("HTTP", _options.HttpPort, _options.HttpAddresses, "-http-port", error);
        }
    }

    private bool IsAnswering() => _state is not (ServerState.Starting or ServerState.Syncing);

    private static AgentStartException CannotListen(string what, int port, IReadOnlyList<IPAddress> addresses, string flag, Exception error) =>
        new([$"{what} cannot listen on port {port} of {string.Join(", ", addresses)}: {error.Message}; choose another with {flag} or -client"]);

    private static string ListOf<T>(IReadOnlyCollection<T> places) => places.Count > 0 ? string.Join(", ", places) : "no port";

    private HttpRouter RouterOf(ILoggerFactory logging, TimeProvider time)
    {
        ConsulEndpoint consul = _consul = new ConsulEndpoint(
            _catalog, RoomOptions.OfConsul(_options, _admission), time, Random.Shared, logging.CreateLogger<ConsulEndpoint>(), _stopping.Token, host: this, Cluster);
        _meter.CreateObservableGauge("muster.consul.blocked_queries", () => consul.BlockedQueries, "{query}", "Blocking queries that wait now");
        var rest = new RestApi(_catalog, time, new RestOptions { MaxWatches = _options.Limits.Watchers, TryWatch = _admission.TryWait }, _stopping.Token, Cluster);
        _meter.CreateObservableGauge("muster.rest.watches", () => rest.OpenWatches, "{watch}", "Watches of the REST API that are open now");
        _meter.CreateObservableGauge("muster.rest.watched_services", () => rest.WatchedServices, "{service}", "Services that they follow together");
        _meter.CreateObservableCounter("muster.rest.slow_watches", () => rest.SlowWatches, "{watch}", "Watches that ended because their readers took nothing");
        return new HttpRouter(consul, rest, new RegistryApi(_catalog), new HealthEndpoints(() => _state, () => _journal?.Status, Cluster, _catalog.Preservation), _metrics, new SyncGate(() => _state));
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Muster {Version} is ready: HTTP on {Http}, DNS on {Dns}, data in {Data}")]
    private static partial void LogReady(ILogger logger, string version, string http, string dns, string data);

    [LoggerMessage(Level = LogLevel.Information, Message = "Stopping")]
    private static partial void LogStopping(ILogger logger);

    [LoggerMessage(Level = LogLevel.Warning, Message = "This server's node was named \"{Former}\" before: what was registered on it moved to \"{Name}\"")]
    private static partial void LogRenamed(ILogger logger, string former, string name);
}
