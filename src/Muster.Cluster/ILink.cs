namespace Muster.Cluster;

/// <summary>A connection to a peer that has proved itself. Messages arrive whole and in order, or the link ends.</summary>
public interface ILink
{
    /// <summary>Bytes that wait to be written.</summary>
    long QueuedBytes { get; }

    /// <summary>Hands over a message, which is copied. False when the queue is full: then nothing of it is sent.</summary>
    bool TrySend(ReadOnlySpan<byte> message);

    /// <summary>Ends the link.</summary>
    void Close(string reason);
}
