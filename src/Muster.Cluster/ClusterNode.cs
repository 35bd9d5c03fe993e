using Microsoft.Extensions.Logging;

namespace Muster.Cluster;

/// <summary>
/// One server's part in the cluster: who the others are, what they are told, and who takes over when one is gone.
/// </summary>
/// <remarks>
/// Synchronous, without threads and timers: the caller makes one call at a time, and all times come from the given provider.
/// Only <see cref="View"/> and the subscription to the catalog may be used from other threads.
/// </remarks>
public sealed class ClusterNode
{
    private readonly ClusterView _view;

    /// <summary>Makes a node; call <see cref="Start"/> once the catalog is loaded and announced.</summary>
    public ClusterNode(
        ClusterOptions options, Catalog.Catalog catalog, TimeProvider time, Random random, IPeerTransport transport, IClusterWake wake, ILogger logger, IIsolationSink? isolation = null)
    {
        Options = options;
        _view = new ClusterView { Statistics = new ClusterStatistics() };
        _ = (catalog, time, random, transport, wake, logger, isolation);
    }

    /// <summary>The options it was made with.</summary>
    public ClusterOptions Options { get; }

    /// <summary>The cluster as this server sees it; from any thread.</summary>
    public ClusterView View => _view;

    /// <summary>What this server says when a link begins; from any thread.</summary>
    public PeerHello Hello => throw new NotSupportedException();

    /// <summary>True when <see cref="Tick"/> has something to send at once.</summary>
    public bool HasWork => false;

    /// <summary>Begins: subscribes to the catalog and dials.</summary>
    public void Start() => throw new NotSupportedException();

    /// <summary>Does all that is due. Call it every 10 ms, and when woken; it costs next to nothing when nothing is.</summary>
    public void Tick() => throw new NotSupportedException();

    /// <summary>Dials a server now, and again until it or another answers.</summary>
    public void Join(string target) => throw new NotSupportedException();

    /// <summary>Begins to leave: what is here is handed over; <see cref="ClusterView.HasLeft"/> says when that is done.</summary>
    public void Leave() => throw new NotSupportedException();

    /// <summary>Says of a failed member that it left; false when there is none of that name. One that is alive says that it is.</summary>
    /// <param name="nodeName">The name of its node.</param>
    /// <param name="prune">Whether it is to be forgotten altogether.</param>
    public bool ForceLeave(string nodeName, bool prune) => throw new NotSupportedException();

    /// <summary>A link is up, and both sides have proved themselves.</summary>
    public void OnConnected(ILink link, PeerHello hello, bool dialed) => throw new NotSupportedException();

    /// <summary>A dialed target could not be reached or did not prove itself.</summary>
    public void OnDialFailed(string target, string reason) => throw new NotSupportedException();

    /// <summary>A message came.</summary>
    public void OnMessage(ILink link, ReadOnlySpan<byte> message) => throw new NotSupportedException();

    /// <summary>A link ended. May be told of links that this node closed itself, and of ones it does not know.</summary>
    public void OnDisconnected(ILink link, string reason) => throw new NotSupportedException();
}
