using Muster.Cluster;
using Muster.Cluster.Sockets;

namespace Muster.Server.Hosting.Clustering;

/// <summary>Hands over to the cluster's code what happens on the links, and sees when joining is hopeless.</summary>
/// <param name="node">The cluster's code.</param>
/// <param name="giveUp">Called when no server to join has answered in as many attempts as there may be.</param>
internal sealed class NodeCalls(ClusterNode node, Action<string> giveUp) : IPeerHandler
{
    private readonly Dictionary<string, int> _failures = node.Options.JoinTargets.Distinct().ToDictionary(static target => target, static _ => 0);
    private bool _hasAnswer;

    public bool HasWork => node.HasWork;

    public void Tick() => node.Tick();

    public void OnConnected(ILink link, PeerHello hello, bool dialed)
    {
        _hasAnswer = true;
        node.OnConnected(link, hello, dialed);
    }

    public void OnDialFailed(string target, string reason)
    {
        node.OnDialFailed(target, reason);

        // as with Consul: who names itself has somebody to join, which is how the first server of all starts
        _hasAnswer |= reason == HandshakeFailures.Itself;
        int most = node.Options.RetryMax;
        if (most == 0 || _hasAnswer || !_failures.TryGetValue(target, out int failures))
        {
            return;
        }

        _failures[target] = failures + 1;
        if (_failures.Values.All(count => count >= most))
        {
            giveUp($"retry_max: none of the servers to join answered in {most} attempts; the last, {target}: {reason}");
        }
    }

    public void OnMessage(ILink link, ReadOnlySpan<byte> message) => node.OnMessage(link, message);

    public void OnMessageFailed(ILink link, Exception error) => node.OnMessageFailed(link, error);

    public void OnDisconnected(ILink link, string reason) => node.OnDisconnected(link, reason);
}
