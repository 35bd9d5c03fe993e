namespace Muster.Cluster.Sockets;

/// <summary>Something that waits for its turn in the cluster's loop.</summary>
internal interface IClusterWork
{
    /// <summary>Does it.</summary>
    void Run(IPeerHandler handler);

    /// <summary>It failed, or its turn will never come because the loop has ended.</summary>
    void Abandon(Exception? error);
}
