namespace Muster.Cluster.Tests.Net;

/// <summary>One end of a connection in memory.</summary>
internal sealed class MemoryLink(MemoryNetwork network, TestServer owner, TestServer target) : ILink
{
    private readonly Queue<byte[]> _held = new();

    public TestServer Owner => owner;

    public TestServer Target => target;

    public MemoryLink Other { get; set; } = null!;

    public bool IsOpen { get; set; } = true;

    public TimeSpan LastArrival { get; set; }

    public long MostQueued { get; private set; }

    public long QueuedBytes { get; private set; }

    public bool TrySend(ReadOnlySpan<byte> message)
    {
        if (!IsOpen || QueuedBytes + message.Length > network.LinkCapacity)
        {
            return false;
        }

        QueuedBytes += message.Length;
        MostQueued = Math.Max(MostQueued, QueuedBytes);
        _held.Enqueue(message.ToArray());
        Pump();
        return true;
    }

    public void Close(string reason) => network.Close(this, reason);

    /// <summary>Puts on the wire what waits, unless the way is blocked.</summary>
    public void Pump()
    {
        while (!network.IsBlocked(owner, target) && _held.TryDequeue(out byte[]? message))
        {
            QueuedBytes -= message.Length;
            network.Carry(this, message);
        }
    }
}
