using System.Runtime.InteropServices;
using Muster.Catalog;
using Muster.Cluster.Links;
using Muster.Cluster.Membership;
using Muster.Cluster.Messages;
using Muster.Model;

namespace Muster.Cluster.Renewals;

/// <summary>
/// Carries the heartbeats that clients sent here to the servers that own the instances: once a second, each as its age. If
/// there is no link to an owner, they go through a peer that hears it, which passes them on to the owner and to nobody else.
/// </summary>
internal sealed class RenewalForwarder(ClusterOptions options, ReplicaSet replica, MemberTable members, Outgoing outgoing, ClusterStatistics statistics)
{
    private readonly List<Renewal> _drained = [];
    private readonly List<Renewal> _received = [];
    private readonly SortedDictionary<uint, RenewalOutbox> _outboxes = [];
    private TimeSpan _next, _pause;

    /// <summary>
    /// This server did not run for a while. Leases do not count that time; but what was heard before is that much older, and
    /// its owner, who did run, must not take it for new.
    /// </summary>
    internal void NotePause(TimeSpan pause) => _pause += pause;

    internal void Tick(TimeSpan now, ReadOnlySpan<Peer> peers)
    {
        if (now < _next)
        {
            return;
        }

        _next = now + options.RenewalInterval;
        _drained.Clear();
        replica.DrainRenewals(_drained, options.MaxRenewalsPerPeer);
        RenewalOutbox? outbox = null;
        foreach (Renewal renewal in CollectionsMarshal.AsSpan(_drained))
        {
            if (outbox is null || outbox.Owner != renewal.Owner)
            {
                outbox = OutboxFor(renewal.Owner);
            }

            outbox?.Add(renewal.Key, now - _pause - TimeSpan.FromMilliseconds(renewal.AgeMilliseconds, 0));
        }

        _pause = TimeSpan.Zero;
        foreach (RenewalOutbox waiting in _outboxes.Values)
        {
            Send(waiting, now, peers);
        }
    }

    /// <summary>Takes heartbeats from a peer; false when they make no sense.</summary>
    internal bool TryReceive(ref PackReader fields, int messageLength, Peer peer, TimeSpan now)
    {
        if (!RenewalsMessage.TryReadHeader(ref fields, messageLength, out long sentAt, out uint owner, out int count))
        {
            return false;
        }

        TimeSpan delay = peer.Delay.Observe(Stamps.ToTime(sentAt), now);
        if (!RenewalsMessage.TryReadRenewals(ref fields, owner, count, delay, _received))
        {
            return false;
        }

        if (owner == members.Self.Record.Origin)
        {
            statistics.RenewalsReceived += count;
            replica.ApplyRenewals(CollectionsMarshal.AsSpan(_received));
        }
        else
        {
            PassOn(owner, now);
        }

        return true;
    }

    private void PassOn(uint owner, TimeSpan now)
    {
        // only to the owner itself: so nothing can go in circles
        if (members.Find(owner)?.Peer is not { } target || OutboxFor(owner) is not { } outbox)
        {
            statistics.RenewalsDropped += _received.Count;
            return;
        }

        foreach (Renewal renewal in CollectionsMarshal.AsSpan(_received))
        {
            outbox.Add(renewal.Key, now - TimeSpan.FromMilliseconds(renewal.AgeMilliseconds, 0));
        }

        outbox.Send(target.Link, outgoing, now);
    }

    private void Send(RenewalOutbox outbox, TimeSpan now, ReadOnlySpan<Peer> peers)
    {
        if (outbox.Count == 0)
        {
            return;
        }

        if ((members.Find(outbox.Owner)?.Peer ?? FindRelay(outbox.Owner, peers)) is { } peer)
        {
            outbox.Send(peer.Link, outgoing, now);
        }
        else
        {
            outbox.Drop();
        }
    }

    /// <summary>A peer that hears the owner, which this server does not.</summary>
    private Peer? FindRelay(uint owner, ReadOnlySpan<Peer> peers)
    {
        foreach (Peer peer in peers)
        {
            if (peer.LastPing is not { } ping)
            {
                continue;
            }

            foreach (Sighting sighting in ping.Sightings)
            {
                if (sighting.Origin == owner && sighting.Age < options.FailedAfter)
                {
                    return peer;
                }
            }
        }

        return null;
    }

    private RenewalOutbox? OutboxFor(uint owner)
    {
        if (!_outboxes.TryGetValue(owner, out RenewalOutbox? outbox))
        {
            if (members.Find(owner) is null || _outboxes.Count > options.MaxMembers)
            {
                return null;
            }

            outbox = new RenewalOutbox(owner, options.MaxRenewalsPerPeer, statistics);
            _outboxes.Add(owner, outbox);
        }

        return outbox;
    }
}
