using System.Diagnostics.Metrics;
using System.Net;
using Muster.Protocols.Dns.Recursion;
using Muster.Protocols.Dns.Reverse;
using Muster.Protocols.Dns.Transport;

namespace Muster.Protocols.Dns;

/// <summary>
/// A DNS server over the catalog, UDP and TCP. Make it, <see cref="Start"/> it once, dispose it to stop; it has
/// its own threads for UDP and needs nothing from a host.
/// </summary>
public sealed class DnsServer : IAsyncDisposable
{
    private readonly DnsMetrics _metrics;
    private readonly DnsListenerSettings _settings;
    private readonly DnsResponder _responder;
    private readonly ResponseRateLimiter _limiter;
    private readonly ReverseIndex _reverse;
    private readonly Catalog.Catalog _catalog;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private DnsListeners? _listeners;

    /// <summary>Makes a server that does not listen yet.</summary>
    /// <param name="catalog">What to answer from; its own node must be announced before <see cref="Start"/>.</param>
    /// <param name="options">How; invalid options throw <see cref="ArgumentException"/> with every error.</param>
    /// <param name="time">The clock, for SOA serials and idle connections.</param>
    /// <param name="random">Shuffles answers; must bear calls from several threads, as <see cref="Random.Shared"/> does.</param>
    /// <param name="meters">Where the counters go; null for a meter of its own.</param>
    public DnsServer(Catalog.Catalog catalog, DnsServerOptions options, TimeProvider time, Random random, IMeterFactory? meters = null)
    {
        ThrowIfInvalid(options);
        _catalog = catalog;
        _time = time;
        _random = random;
        _metrics = new DnsMetrics(meters);
        _reverse = new ReverseIndex(catalog);
        _limiter = new ResponseRateLimiter(time, random);
        _limiter.Configure(options.ResponsesPerSecond, options.ResponseSlip);
        _responder = new DnsResponder(_metrics, ResponderOf(options), RecursorOf(options));
        _settings = new DnsListenerSettings
        {
            EndPoints = options.EndPoints,
            UdpSockets = options.UdpSockets,
            UdpBatching = options.UdpBatching,
            MaxUdpResponse = options.MaxUdpResponse,
            Tcp = new TcpLimits(options.TcpMaxConnections, new ClientCounts(options.TcpMaxConnectionsPerClient), options.TcpIdleTimeout),
        };
    }

    /// <summary>Where the server listens, with real ports; empty before <see cref="Start"/>.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints => _listeners?.EndPoints ?? [];

    /// <summary>
    /// Binds and serves. Throws <see cref="System.Net.Sockets.SocketException"/>, with nothing left bound, when an
    /// address is taken or not this machine's.
    /// </summary>
    public void Start()
    {
        if (_listeners is not null)
        {
            throw new InvalidOperationException("The DNS server was started already.");
        }

        _listeners = DnsListeners.Bind(_settings, _responder, _limiter, _metrics, _time);
        _listeners.Start();
    }

    /// <summary>
    /// Answers by other options from the next query on. What concerns sockets stays as it was at the start: end points,
    /// the largest UDP response, the number of TCP connections in all and how long they may idle. Invalid options throw <see cref="ArgumentException"/> and change nothing.
    /// </summary>
    public void Reconfigure(DnsServerOptions options)
    {
        ThrowIfInvalid(options);
        _limiter.Configure(options.ResponsesPerSecond, options.ResponseSlip);
        _settings.Tcp.Clients.Most = options.TcpMaxConnectionsPerClient;
        _responder.Replace(ResponderOf(options), RecursorOf(options))?.Dispose();
    }

    /// <summary>Stops receiving, lets threads and connections end, frees the ports.</summary>
    public async ValueTask DisposeAsync()
    {
        _responder.Stop(); // first: connections wait for what it has under way
        if (_listeners is not null)
        {
            await _listeners.DisposeAsync();
        }

        _metrics.Dispose();
    }

    private static void ThrowIfInvalid(DnsServerOptions options)
    {
        IReadOnlyList<string> errors = options.Validate();
        if (errors.Count > 0)
        {
            throw new ArgumentException(string.Join("; ", errors), nameof(options));
        }
    }

    private CatalogResponder ResponderOf(DnsServerOptions options) => new(_catalog, options, _reverse, _time, _random);

    private Recursor? RecursorOf(DnsServerOptions options) => options.Recursors.Count == 0 ? null : new Recursor(options, _time, _random);
}
