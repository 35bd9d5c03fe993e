using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Muster.Client.Balancing;
using Muster.Client.Directory;
using Muster.Client.DiskSnapshots;
using Muster.Client.Http;
using Muster.Client.PassiveHealth;
using Muster.Client.Streaming;

namespace Muster.Client;

/// <summary>
/// An application's view of the registry: handles for the services it uses, kept current in the background. One per
/// process and registry; thread-safe.
/// </summary>
public sealed class MusterClient : IAsyncDisposable, IDisposable
{
    /// <summary>The name of the source of the client's traces.</summary>
    public const string ActivitySourceName = "Muster.Client";

    private const int LongestName = 128;
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");

    private readonly ConcurrentDictionary<string, ServiceHandle> _handles = new(StringComparer.OrdinalIgnoreCase);
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly ServiceDirectory _directory = new();
    private readonly LookupSettings _lookup;
    private readonly Random _random;
    private readonly RegistryHttp _http;
    private readonly ILogger _log;
    private readonly ILogger _healthLog;
    private readonly PassiveHealthMetrics _healthMetrics;
    private readonly BalancingMetrics _balancingMetrics;
    private readonly List<ServiceHealth> _healths = [];
    private readonly SnapshotKeeper? _keeper;
    private Task _following = Task.CompletedTask;
    private Task _saving = Task.CompletedTask;
    private bool _isFollowing;
    private bool _isDisposed;

    /// <summary>Makes a client. Nothing is contacted before the first service is used.</summary>
    /// <exception cref="ArgumentException">The options are not valid; the message has all errors.</exception>
    public MusterClient(MusterClientOptions options)
        : this(options, TimeProvider.System, new Random(), NullLoggerFactory.Instance)
    {
    }

    /// <summary>Makes a client with a clock and a source of randomness of your own, for tests.</summary>
    /// <exception cref="ArgumentException">The options are not valid; the message has all errors.</exception>
    public MusterClient(MusterClientOptions options, TimeProvider time, Random random, ILoggerFactory? loggers = null, IMeterFactory? meters = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(random);
        IReadOnlyList<string> errors = options.Validate();
        if (errors.Count > 0)
        {
            throw new ArgumentException(string.Join(Environment.NewLine, errors), nameof(options));
        }

        Options = options;
        Time = time;
        Loggers = loggers ?? NullLoggerFactory.Instance;
        Metrics = new ClientMetrics(meters);
        _random = new SynchronizedRandom(random);
        _log = Loggers.CreateLogger("Muster.Client.Directory");
        _healthLog = Loggers.CreateLogger("Muster.Client.PassiveHealth");
        _healthMetrics = new PassiveHealthMetrics(Metrics.Meter);
        _balancingMetrics = new BalancingMetrics(Metrics.Meter, () => _handles.Values);
        _lookup = new LookupSettings(time, options.FirstLookupTimeout, options.Watch.StaleAfter, Metrics);
        _http = new RegistryHttp(options);
        Servers = new ServerList(options.Addresses, _random);
        Routes = new RouteTable(this, new HttpMetrics(Metrics.Meter));
        if (options.Snapshot.Path is not null)
        {
            _keeper = new SnapshotKeeper(options.Snapshot, time, Metrics, Loggers.CreateLogger("Muster.Client.DiskSnapshots"));
            _keeper.Load();
        }

        Metrics.Observe(CountServices, OldestSeconds);
    }

    /// <summary>The options it was made with.</summary>
    public MusterClientOptions Options { get; }

    internal TimeProvider Time { get; }

    internal ILoggerFactory Loggers { get; }

    internal ClientMetrics Metrics { get; }

    /// <summary>The registry's servers and which of them works.</summary>
    internal ServerList Servers { get; }

    /// <summary>The connections to the registry.</summary>
    internal RegistryHttp Http => _http;

    /// <summary>Where HTTP requests go; shared by all handlers.</summary>
    internal RouteTable Routes { get; }

    /// <summary>Rare random decisions; safe for many threads.</summary>
    internal Random Random => _random;

    /// <summary>All services in use.</summary>
    public IEnumerable<ServiceHandle> Services => _handles.Values;

    /// <summary>
    /// The handle of a service; the same one ever after. The first call begins to follow the service; that never waits.
    /// </summary>
    /// <exception cref="ArgumentException">The name cannot be a service's: 1 to 128 letters, digits, '-', '_' and '.'.</exception>
    /// <exception cref="InvalidOperationException">More services than <see cref="WatchOptions.MaxServices"/> would be in use.</exception>
    public ServiceHandle Service(string name) =>
        _handles.TryGetValue(name, out ServiceHandle? handle) ? handle : Follow(name);

    /// <summary>
    /// The instances of a service, at once if anything is known of it. Only the very first lookup waits, for at most
    /// <see cref="MusterClientOptions.FirstLookupTimeout"/>.
    /// </summary>
    /// <exception cref="ServiceUnknownException">Nothing was known in time.</exception>
    public ValueTask<ServiceView> GetAsync(string service, CancellationToken cancellationToken = default) =>
        Service(service).GetAsync(cancellationToken);

    /// <summary>Stops following the registry. Handles go on to answer with what was known last.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_following, _saving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _healths.ForEach(health => health.Dispose());
        foreach (ServiceHandle handle in _handles.Values)
        {
            handle.Balancer.Dispose();
        }

        _http.Dispose();
        _directory.Dispose();
        Metrics.Dispose();
        _stop.Dispose();
    }

    /// <summary>As <see cref="DisposeAsync"/>, for containers that are disposed in the old way; waits for what is under way.</summary>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <summary>Whether a service can be called that.</summary>
    internal static bool IsName(string name) =>
        name.Length is > 0 and <= LongestName
        && name is not ("." or "..")
        && name.AsSpan().IndexOfAnyExcept(NameCharacters) < 0;

    private ServiceHandle Follow(string name)
    {
        if (!IsName(name))
        {
            throw new ArgumentException($"A service's name is 1 to 128 letters, digits, '-', '_' and '.', got '{name}'.", nameof(name));
        }

        lock (_gate)
        {
            if (_handles.TryGetValue(name, out ServiceHandle? handle))
            {
                return handle;
            }

            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_handles.Count >= Options.Watch.MaxServices)
            {
                throw new InvalidOperationException($"More than {Options.Watch.MaxServices} services in use (Watch.MaxServices), at '{name}'.");
            }

            handle = new ServiceHandle(name, BalancerOf(name), _lookup);
            FollowService(handle);
            _handles[name] = handle;
            return handle;
        }
    }

    private Balancer BalancerOf(string service)
    {
        ServiceOptions options = Options.For(service);
        var health = new ServiceHealth(new ServiceHealthSettings
        {
            Service = service,
            Ejection = options.Ejection,
            Breaker = options.Breaker,
            Time = Time,
            Random = _random,
            Logger = _healthLog,
            Metrics = _healthMetrics,
        });
        _healths.Add(health);
        _healthMetrics.Add(health);
        return new Balancer(new BalancerSettings
        {
            Options = options,
            Policy = BalancingPolicies.Find(options.Policy, Options.Policies),
            Availability = health,
            Zone = Options.Zone,
            Region = Options.Region,
            ClientId = Options.ClientId,
            ClientOrdinal = Options.ClientOrdinal,
            Logger = Loggers.CreateLogger("Muster.Client.Balancing"),
            Metrics = _balancingMetrics,
            Time = Time,
            Random = _random,
        });
    }

    private void FollowService(ServiceHandle handle)
    {
        var entry = new DirectoryEntry(handle.Name, Options.Evidence, Options.Watch.MaxInstances);
        RegistryNews.Restored? onDisk = _keeper?.Find(handle.Name);
        var service = new FollowedService(handle, entry, onDisk, _keeper, Metrics, _log);
        if (_directory.Unreachable is { } reason)
        {
            service.Take(new RegistryNews.Unheard(reason), _lookup.Now);
            service.UseDisk(_lookup.Now);
        }

        _directory.Add(service);
        // the loops outlive the request that happened to ask first, and must not keep what that request carries
        using (ExecutionContext.SuppressFlow())
        {
            if (onDisk is not null)
            {
                _ = UseDiskLaterAsync(service);
            }

            Start_NeedsLock();
        }
    }

    private void Start_NeedsLock()
    {
        if (_isFollowing)
        {
            return;
        }

        _isFollowing = true;
        var context = new FollowContext(_http, _directory, Options.Watch, _lookup, _random, Metrics, _log);
        _following = Task.Run(() => new RegistryFollower(context, Servers).RunAsync(_stop.Token));
        if (_keeper is not null)
        {
            _saving = Task.Run(() => _keeper.RunAsync(() => _handles.Values, _stop.Token));
        }
    }

    /// <summary>The list from disk comes into use when the registry takes too long; a failure to reach it comes first.</summary>
    private async Task UseDiskLaterAsync(FollowedService service)
    {
        await Task.Delay(Options.Snapshot.Grace, Time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_stop.IsCancellationRequested)
        {
            service.UseDisk(_lookup.Now);
        }
    }

    private IEnumerable<Measurement<long>> CountServices()
    {
        var unknown = 0;
        var stale = 0;
        var fresh = 0;
        foreach (ServiceHandle handle in _handles.Values)
        {
            ServiceReading reading = handle.Read();
            if (!reading.View.IsKnown)
            {
                unknown++;
            }
            else if (reading.Freshness.IsStale)
            {
                stale++;
            }
            else
            {
                fresh++;
            }
        }

        return [Count(fresh, "fresh"), Count(stale, "stale"), Count(unknown, "unknown")];

        static Measurement<long> Count(int services, string freshness) => new(services, new KeyValuePair<string, object?>("freshness", freshness));
    }

    private double OldestSeconds() => _handles.Values.Max(handle => (double?)handle.Freshness.Age.TotalSeconds) ?? 0;
}
