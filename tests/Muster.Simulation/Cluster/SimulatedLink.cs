using Muster.Cluster;
using Muster.Cluster.Messages;

namespace Muster.Simulation.Cluster;

/// <summary>One server's end of a connection.</summary>
internal sealed class SimulatedLink(Network network, ClusterServer owner, int life, Pipe outgoing, Pipe incoming) : ILink
{
    public ClusterServer Owner => owner;

    /// <summary>The life of the owner that the link belongs to.</summary>
    public int Life => life;

    public Pipe Outgoing => outgoing;

    public Pipe Incoming => incoming;

    public bool IsOpen { get; private set; } = true;

    public long QueuedBytes => outgoing.QueuedBytes;

    public bool TrySend(ReadOnlySpan<byte> message)
    {
        if (!IsOpen || outgoing.IsEnding)
        {
            return false;
        }

        if (owner.Bug == ClusterBug.RenewalsNotForwarded && message[0] == (byte)MessageKind.Renewals)
        {
            return true;
        }

        return network.Send(this, message.ToArray());
    }

    public void Close(string reason)
    {
        if (IsOpen)
        {
            Shut(abruptly: false);
            network.Ended(this, reason);
        }
    }

    /// <summary>Ends this end; the other hears of it when the network lets it.</summary>
    public void Shut(bool abruptly)
    {
        IsOpen = false;
        incoming.Reader = null;
        incoming.Clear();
        outgoing.End(abruptly);
    }

    /// <summary>Ends this end without a word to the other: the power failed.</summary>
    public void Vanish()
    {
        IsOpen = false;
        incoming.Reader = null;
        incoming.Clear();
    }
}
