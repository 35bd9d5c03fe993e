using System.Runtime.InteropServices;
using Muster.Catalog;
using Muster.Cluster.Links;
using Muster.Cluster.Messages;
using Muster.Cluster.Repair;

namespace Muster.Cluster;

/// <summary>Pings, what their digests tell, and comparisons.</summary>
public sealed partial class ClusterNode
{
    /// <summary>While changes keep coming digests always differ: a comparison is made only when they did for so many pings.</summary>
    private const int BusyPings = 5;

    /// <summary>Of two servers the one with the lower origin begins comparisons. The other does when that one seems not to.</summary>
    private const int OthersPings = 10;

    private static readonly TimeSpan FailedRoundPause = TimeSpan.FromSeconds(1);

    private void PingAll(TimeSpan now)
    {
        foreach (Peer peer in _peers)
        {
            peer.Corrected.Clear();
            if (peer.Stream.SkippedSome)
            {
                peer.Stream.SkippedSome = false;
                RaiseAlarm("too_large", peer.Member.Record.Name, $"it is not told of entries of more than {ReplicaSet.MaxFactBytes / 1024} KiB", now);
            }

            SendPing(peer, now);
        }

        _viewIsOld |= _alarms.ClearOlder(now, TimeSpan.FromMinutes(10));
    }

    private void SendPing(Peer peer, TimeSpan now)
    {
        var sightings = new Sighting[_peers.Length];
        for (int i = 0; i < sightings.Length; i++)
        {
            sightings[i] = new Sighting(_peers[i].Origin, now - _peers[i].HeardAt);
        }

        var ping = new PingMessage
        {
            SentAt = Stamps.Of(now),
            Clock = _replica.HighestClock,
            RootDigest = _replica.RootDigest,
            Entries = _replica.EntryCount,
            MembersDigest = _members.Digest,
            FactsMerged = peer.BatchMerged,
            IsSynced = _sync.IsSynced && !_sync.IsAway,
            Sightings = sightings,
        };
        ping.Write(_outgoing.Begin());
        _outgoing.TrySend(peer.Link);
    }

    private void CompareDigests(Peer peer, PingMessage ping, TimeSpan now)
    {
        ulong own = _replica.RootDigest;
        bool isFirst = peer.LastPing is null;
        bool isQuiet = own == peer.OwnDigestAtPing && peer.LastPing?.RootDigest == ping.RootDigest;
        bool differ = _rules.Differ(own, ping.RootDigest);
        peer.LastPing = ping;
        peer.OwnDigestAtPing = own;
        peer.DigestEqual = !differ;
        peer.UnequalPings = differ ? peer.UnequalPings + 1 : 0;
        if (!differ)
        {
            peer.Stream.LostSome = false;
            if (_sync.IsAway && ping.IsSynced)
            {
                _sync.NoteBack(); // what one holds that was here is no more than it should be
            }

            OnCompared(peer, now);
            return;
        }

        bool isMine = !_sync.IsSynced || _sync.IsAway || Origin < peer.Origin;
        int patience = !isMine ? OthersPings : isFirst ? 1 : isQuiet || peer.RoundBroke ? 2 : BusyPings;
        if (peer.UnequalPings >= patience)
        {
            BeginRound(peer, now);
        }
    }

    private void BeginRound(Peer peer, TimeSpan now)
    {
        if (peer.Round is not null || now < peer.NextRound || !IsWorthComparing(peer))
        {
            return;
        }

        var round = new RepairRound(++_lastRound, peer, _replica, _outgoing, _rules, keepToSelf: _sync.IsAway, now);
        if (round.Begin())
        {
            peer.Round = round;
            peer.Stream.LostSome = false;
            _statistics.RepairRounds++;
        }
    }

    /// <summary>A server that joins does not learn from one that does too, nor from two at once.</summary>
    private bool IsWorthComparing(Peer peer)
    {
        if (_sync.IsSynced && !_sync.IsAway)
        {
            return true;
        }

        bool knows = peer.LastPing is { IsSynced: true };
        foreach (Peer other in _peers)
        {
            if (other.Round is not null || (!knows && other.LastPing is { IsSynced: true }))
            {
                return false;
            }
        }

        return knows || !_sync.IsAway;
    }

    private void ContinueRounds(TimeSpan now)
    {
        foreach (Peer peer in _peers)
        {
            if (peer.OwesConfirmation)
            {
                peer.OwesConfirmation = !_outgoing.TrySend(peer.Link, MessageKind.FactsAck, peer.BatchMerged);
            }

            if (peer.Round is { } round)
            {
                round.Continue();
                EndRoundIfDone(peer, now);
            }
            else if (peer.LastPing is not null && (_sync.Awaits(peer) || (peer.Stream.LostSome && peer.Stream.Waiting == 0)))
            {
                BeginRound(peer, now);
            }
        }
    }

    private void EndRoundIfDone(Peer peer, TimeSpan now)
    {
        if (peer.Round is not { } round)
        {
            return;
        }

        if (round.IsBroken || (!round.IsDone && now - round.LastProgress > RepairRound.Patience))
        {
            (peer.Round, peer.RoundBroke) = (null, true);
            LogRoundBroke(peer.Member.Record.Name);
            return;
        }

        if (!round.IsDone)
        {
            return;
        }

        (peer.Round, peer.RoundBroke, peer.UnequalPings) = (null, false, 0);
        _statistics.RepairedEntries += round.Found;
        LogCompared(peer.Member.Record.Name, round.Found);
        if (round.HasFailed && _sync.MustRepeat(peer, now))
        {
            peer.NextRound = now + FailedRoundPause;
            return;
        }

        if (_sync.IsAway)
        {
            int dropped = _replica.Discard(CollectionsMarshal.AsSpan(round.OnlyHere), "away for longer than traces of deregistrations are kept");
            _sync.NoteBack();
            LogDiscarded(dropped);
            BeginRound(peer, now);
            return;
        }

        OnCompared(peer, now, round.HasFailed);
        SendPing(peer, now);
    }

    private void OnCompared(Peer peer, TimeSpan now, bool hasFailed = false)
    {
        bool wasSynced = _sync.IsSynced;
        _sync.OnCompared(peer, hasFailed);
        if (_sync.IsSynced && !wasSynced)
        {
            OnSynced();
            PingAll(now);
        }
    }

    private void OnSynced()
    {
        _replica.BeginServing();
        LogSynced(_sync.Detail);
        _viewIsOld = true;
    }

    /// <summary>
    /// How long this server may have been without links and still know of all deregistrations: a link was dead for some time
    /// before it was found so, and until all is compared there must be time left, too.
    /// </summary>
    private TimeSpan LongestAbsence => Options.TombstoneAge - Options.FailedAfter - TimeSpan.FromMinutes(1);

    private bool WasAwayTooLong() =>
        Options.JournalClock > 0 && WallClock - Options.JournalClock > LongestAbsence.Ticks / TimeSpan.TicksPerMicrosecond;
}
