namespace Muster.Cluster.Sockets;

/// <summary>Tells the handler of something that needs no answer.</summary>
internal sealed class ClusterNotice(Action<IPeerHandler> tell) : IClusterWork
{
    public void Run(IPeerHandler handler) => tell(handler);

    public void Abandon(Exception? error)
    {
        // nobody waits for it
    }
}
