using Muster.Cluster.Messages;
using Muster.Model;

namespace Muster.Cluster.Links;

/// <summary>Writes messages with one buffer and counts them.</summary>
internal sealed class Outgoing(ClusterStatistics statistics)
{
    /// <summary>The buffer, empty.</summary>
    internal PackWriter Begin()
    {
        Writer.Clear();
        return Writer;
    }

    private PackWriter Writer { get; } = new();

    /// <summary>How much was written.</summary>
    internal int Length => Writer.Written.Length;

    /// <summary>Sends what was written since <see cref="Begin"/>; false when the queue of the link is full.</summary>
    internal bool TrySend(ILink link)
    {
        if (!link.TrySend(Writer.Written))
        {
            return false;
        }

        statistics.BytesSent += Writer.Written.Length;
        return true;
    }

    /// <summary>Sends one of the small messages.</summary>
    internal bool TrySend(ILink link, MessageKind kind, long first, long second = 0)
    {
        NumbersMessage.Write(Begin(), kind, first, second);
        return TrySend(link);
    }
}
