using Muster.Cluster;
using Muster.Cluster.Sockets;

namespace Muster.Server.Hosting.Clustering;

/// <summary>Hands over to the cluster's code what happens on the links.</summary>
internal sealed class NodeCalls(ClusterNode node) : IPeerHandler
{
    public bool HasWork => node.HasWork;

    public void Tick() => node.Tick();

    public void OnConnected(ILink link, PeerHello hello, bool dialed) => node.OnConnected(link, hello, dialed);

    public void OnDialFailed(string target, string reason) => node.OnDialFailed(target, reason);

    public void OnMessage(ILink link, ReadOnlySpan<byte> message) => node.OnMessage(link, message);

    public void OnDisconnected(ILink link, string reason) => node.OnDisconnected(link, reason);
}
