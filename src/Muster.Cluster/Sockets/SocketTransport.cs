using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Muster.Cluster.Sockets;

/// <summary>
/// Links among servers over TCP: listens, dials, has both sides prove themselves, and serves the links. What happens on
/// them reaches the handler through the <see cref="ClusterLoop"/>.
/// </summary>
public sealed class SocketTransport : IPeerTransport, IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly PeerProof _proof;
    private readonly PeerLinks _links;
    private readonly PeerListener _listener;
    private readonly PeerDialer _dialer;

    /// <summary>Takes the port, so that it is known; nobody is let in before <see cref="Start"/>.</summary>
    /// <exception cref="SocketException">The port cannot be had.</exception>
    public SocketTransport(PeerSocketOptions options, ClusterLoop loop, TimeProvider time, ILogger logger)
    {
        _proof = new PeerProof(options);
        _links = new PeerLinks(loop, Counters, options, logger, _stop.Token);
        _listener = new PeerListener(options, _proof, _links, Counters, time, logger, _stop.Token);
        _dialer = new PeerDialer(options, _proof, _links, loop, time, _stop.Token);
    }

    /// <summary>Where it listens, with the real port.</summary>
    public IPEndPoint EndPoint => _listener.EndPoint;

    /// <summary>What passed since the start.</summary>
    public PeerCounters Counters { get; } = new();

    /// <summary>Lets peers in from now on, and can dial; before the node whose links these are dials.</summary>
    /// <param name="describe">What this server says about itself, asked anew for every connection.</param>
    public void Start(Func<PeerHello> describe)
    {
        _proof.Start(describe);
        _links.Keep(_listener.AcceptAsync());
    }

    /// <summary>Shows and asks for other certificates on the connections made from now on.</summary>
    public void UseTls(PeerTls tls) => _proof.UseTls(tls);

    /// <inheritdoc />
    public void Dial(string target) => _links.Keep(_dialer.DialAsync(target));

    /// <summary>
    /// Makes links as <see cref="Dial"/> does, and waits. Null when one was made or the target is this server, else why not;
    /// the handler hears of the links only.
    /// </summary>
    public Task<string?> JoinAsync(string target) => _dialer.JoinAsync(target);

    /// <summary>Lets nobody in any more, ends the links after what waits on them was written, and waits for all that.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _listener.Dispose();
        await _links.EndAsync().ConfigureAwait(false);
    }
}
