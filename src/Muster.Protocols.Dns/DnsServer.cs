using System.Diagnostics.Metrics;
using System.Net;
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
    private readonly ReplaceableResponder _responder;
    private readonly Func<DnsServerOptions, CatalogResponder> _responderOf;
    private readonly TimeProvider _time;
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
        _time = time;
        _metrics = new DnsMetrics(meters);
        _responderOf = valid => new CatalogResponder(catalog, valid, _metrics, time, random);
        _responder = new ReplaceableResponder(_responderOf(options));
        _settings = new DnsListenerSettings
        {
            EndPoints = options.EndPoints,
            UdpSockets = options.UdpSockets,
            UdpBatching = options.UdpBatching,
            MaxUdpResponse = options.MaxUdpResponse,
            Tcp = new TcpLimits(options.TcpMaxConnections, options.TcpIdleTimeout),
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

        _listeners = DnsListeners.Bind(_settings, _responder, _metrics, _time);
        _listeners.Start();
    }

    /// <summary>
    /// Answers later queries by other options. Where it listens, and the limits of its sockets and connections, stay as
    /// they are; invalid options throw as in the constructor and change nothing.
    /// </summary>
    public void Reconfigure(DnsServerOptions options)
    {
        ThrowIfInvalid(options);
        _responder.Replace(_responderOf(options));
    }

    /// <summary>Stops receiving, lets threads and connections end, frees the ports.</summary>
    public async ValueTask DisposeAsync()
    {
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
}
