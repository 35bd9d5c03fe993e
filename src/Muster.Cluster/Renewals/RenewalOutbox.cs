using System.Runtime.InteropServices;
using Muster.Cluster.Links;
using Muster.Cluster.Messages;

namespace Muster.Cluster.Renewals;

/// <summary>The heartbeats that wait for one owner. Bounded: when it is full, new ones are dropped and the next ones come anyway.</summary>
internal sealed class RenewalOutbox(uint owner, int most, ClusterStatistics statistics)
{
    private readonly List<HeldRenewal> _waiting = [];

    internal uint Owner => owner;

    internal int Count => _waiting.Count;

    internal void Add(ulong key, TimeSpan at)
    {
        if (_waiting.Count < most)
        {
            _waiting.Add(new HeldRenewal(key, at));
        }
        else
        {
            statistics.RenewalsDropped++;
        }
    }

    /// <summary>Forgets what waits: there is no way to the owner.</summary>
    internal void Drop()
    {
        statistics.RenewalsDropped += _waiting.Count;
        _waiting.Clear();
    }

    /// <summary>Sends as much as the link takes.</summary>
    internal void Send(ILink link, Outgoing outgoing, TimeSpan now)
    {
        Span<HeldRenewal> waiting = CollectionsMarshal.AsSpan(_waiting);
        int sent = 0;
        while (sent < waiting.Length)
        {
            Span<HeldRenewal> some = waiting.Slice(sent, Math.Min(waiting.Length - sent, RenewalsMessage.MaxRenewals));
            RenewalsMessage.Write(outgoing.Begin(), Stamps.Of(now), owner, some, now);
            int bytes = outgoing.Length;
            if (!outgoing.TrySend(link))
            {
                break;
            }

            sent += some.Length;
            statistics.RenewalsForwarded += some.Length;
            statistics.RenewalBytesSent += bytes;
        }

        _waiting.RemoveRange(0, sent);
    }
}
