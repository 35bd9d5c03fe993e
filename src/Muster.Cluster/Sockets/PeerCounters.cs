namespace Muster.Cluster.Sockets;

/// <summary>What passed over the links to all peers since the start.</summary>
public sealed class PeerCounters
{
    private readonly long[] _refused = new long[(int)HandshakeFailure.Unreachable + 1];
    private long _sent;
    private long _received;

    /// <summary>Bytes written, before TLS.</summary>
    public long SentBytes => Interlocked.Read(ref _sent);

    /// <summary>Bytes read, after TLS.</summary>
    public long ReceivedBytes => Interlocked.Read(ref _received);

    /// <summary>Connections from others that were not let in, for one reason.</summary>
    public long Refused(HandshakeFailure reason) => Interlocked.Read(ref _refused[(int)reason]);

    internal void Sent(int bytes) => Interlocked.Add(ref _sent, bytes);

    internal void Received(int bytes) => Interlocked.Add(ref _received, bytes);

    internal void Refuse(HandshakeFailure reason) => Interlocked.Increment(ref _refused[(int)reason]);
}
