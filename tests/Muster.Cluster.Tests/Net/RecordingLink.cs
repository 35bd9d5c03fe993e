namespace Muster.Cluster.Tests.Net;

/// <summary>A link that remembers what is sent.</summary>
internal sealed class RecordingLink : ILink
{
    public List<byte[]> Sent { get; } = [];

    public string? Closed { get; private set; }

    public long QueuedBytes => 0;

    public bool TrySend(ReadOnlySpan<byte> message)
    {
        Sent.Add(message.ToArray());
        return true;
    }

    public void Close(string reason) => Closed = reason;
}
