using Muster.Catalog;
using Muster.Cluster.Links;
using Muster.Cluster.Messages;
using Muster.Model;

namespace Muster.Cluster;

/// <summary>
/// Messages: what makes no sense is counted and passed over, and never ends anything but the link of a peer that keeps
/// sending it.
/// </summary>
public sealed partial class ClusterNode
{
    /// <summary>The most corrections of one peer that are remembered between two pings.</summary>
    private const int MaxCorrections = 65_536;

    private readonly List<ulong> _newerHere = [];
    private readonly List<ulong> _keys = [];
    private readonly List<EntryStamp> _stamps = [];
    private readonly List<MemberRecord> _records = [];
    private readonly ulong[] _digests = new ulong[ReplicaSet.Buckets];

    /// <summary>A message came.</summary>
    public void OnMessage(ILink link, ReadOnlySpan<byte> message)
    {
        TimeSpan now = LookAtClock();
        if (!_byLink.TryGetValue(link, out Peer? peer))
        {
            return;
        }

        peer.Member.HeardAt = peer.HeardAt = now;
        _statistics.BytesReceived += message.Length;
        if (!Handle(peer, message, now))
        {
            CountMalformed(peer, now);
        }
    }

    /// <inheritdoc />
    public void OnMessageFailed(ILink link, Exception error)
    {
        if (_byLink.TryGetValue(link, out Peer? peer))
        {
            peer.Round?.HasFailed = true;
            RaiseAlarm(
                "failed_message", peer.Member.Record.Name, $"this server fails at a message of it and passes it over ({error.GetType().Name}); the log has the error", LookAtClock());
        }
    }

    private bool Handle(Peer peer, ReadOnlySpan<byte> message, TimeSpan now)
    {
        if (message.IsEmpty)
        {
            return false;
        }

        var fields = new PackReader(message[1..]);
        switch ((MessageKind)message[0])
        {
            case MessageKind.Ping:
                return OnPing(peer, ref fields, now);
            case MessageKind.Pong:
                return OnPong(peer, ref fields, now);
            case MessageKind.Facts:
                return OnFacts(peer, ref fields, now);
            case MessageKind.Renewals:
                return _renewals.TryReceive(ref fields, message.Length, peer, now);
            case MessageKind.Members:
                return OnMembers(ref fields, now);
            case MessageKind.Goodbye:
                return OnGoodbye(peer, ref fields, now);
            case MessageKind.Digests:
                return OnDigests(peer, ref fields, now);
            case MessageKind.BucketStamps:
                return OnBucketStamps(peer, ref fields, message.Length, now);
            case MessageKind.Want:
                return OnWant(peer, ref fields, now);
            case MessageKind.FactsAck or MessageKind.DigestRequest or MessageKind.BucketRequest or MessageKind.Mark or MessageKind.MarkReached:
                return OnNumbers(peer, (MessageKind)message[0], ref fields, now);
            default:
                _statistics.UnknownMessages++;
                return true;
        }
    }

    private void CountMalformed(Peer peer, TimeSpan now)
    {
        _statistics.Malformed++;
        peer.Malformed++;
        RaiseAlarm("malformed", peer.Member.Record.Name, $"{peer.Malformed} of its messages made no sense", now);
        if (peer.Malformed >= Options.MaxMalformed && peer.Member.Peer == peer)
        {
            End(peer, "too many messages that made no sense", refused: true, now);
        }
    }

    private bool OnPing(Peer peer, ref PackReader fields, TimeSpan now)
    {
        if (!PingMessage.TryRead(ref fields, out PingMessage ping))
        {
            return false;
        }

        if (!_replica.ObserveClock(ping.Clock))
        {
            RaiseAlarm("clock_ahead", peer.Member.Record.Name, "its versions are of a clock too far ahead", now);
            End(peer, "its clock is too far ahead", refused: true, now);
            return true;
        }

        peer.Delay.Observe(Stamps.ToTime(ping.SentAt), now);
        new PongMessage(ping.SentAt, Stamps.Of(now)).Write(_outgoing.Begin());
        _outgoing.TrySend(peer.Link);
        peer.Stream.Confirm(ping.FactsMerged, now);
        foreach (Sighting sighting in ping.Sightings)
        {
            NoteSighting(sighting, now);
        }

        if (ping.MembersDigest != _members.Digest && peer.LastPing is not null)
        {
            SendMembers(peer);
        }

        CompareDigests(peer, ping, now);
        return true;
    }

    private static bool OnPong(Peer peer, ref PackReader fields, TimeSpan now)
    {
        if (!PongMessage.TryRead(ref fields, out PongMessage pong))
        {
            return false;
        }

        TimeSpan roundTrip = now - Stamps.ToTime(pong.PingSentAt);
        if (roundTrip >= TimeSpan.Zero && roundTrip < now)
        {
            peer.RoundTrip = roundTrip;
            peer.Delay.ObserveRoundTrip(Stamps.ToTime(pong.SentAt), now, roundTrip);
        }

        return true;
    }

    private bool OnFacts(Peer peer, ref PackReader fields, TimeSpan now)
    {
        if (!FactsMessage.TryRead(ref fields, out FactsMessage message))
        {
            return false;
        }

        // also of what this server fails at: it would fail again, and a peer sends no more than so many unconfirmed batches
        peer.BatchMerged = Math.Max(peer.BatchMerged, message.Number);
        peer.OwesConfirmation = true;
        _newerHere.Clear();
        MergeSummary summary = _replica.Merge(message.Facts, message.Count, _newerHere);
        Count(peer, message.Count, summary, now);
        foreach (ulong key in _newerHere)
        {
            if (peer.Corrected.Count < MaxCorrections && peer.Corrected.Add(key))
            {
                peer.Stream.Add(key, now);
            }
        }

        peer.OwesConfirmation = !_outgoing.TrySend(peer.Link, MessageKind.FactsAck, peer.BatchMerged);
        return true;
    }

    private void Count(Peer peer, int facts, in MergeSummary summary, TimeSpan now)
    {
        peer.FactsReceived += facts;
        _statistics.FactsReceived += facts;
        _statistics.FactsApplied += summary.Applied;
        _statistics.FactsRefused += summary.Refused + summary.TooFarAhead;
        _statistics.Refutations += summary.Refuted;
        _ownership.MayReclaim |= summary.Applied > 0;
        if (summary.Refused > 0)
        {
            RaiseAlarm("refused_facts", peer.Member.Record.Name, "some of its facts could not be understood or are too large", now);
        }

        if (summary.TooFarAhead > 0)
        {
            RaiseAlarm("clock_ahead", peer.Member.Record.Name, "some of its facts have versions of a clock too far ahead", now);
        }
    }

    private bool OnMembers(ref PackReader fields, TimeSpan now)
    {
        _records.Clear();
        if (!MembersMessage.TryRead(ref fields, _records))
        {
            return false;
        }

        MergeMembers(_records, now);
        return true;
    }

    private bool OnGoodbye(Peer peer, ref PackReader fields, TimeSpan now)
    {
        if (!GoodbyeMessage.TryRead(ref fields, out string reason))
        {
            return false;
        }

        End(peer, reason, refused: true, now);
        JudgeMembers(now);
        return true;
    }

    private bool OnDigests(Peer peer, ref PackReader fields, TimeSpan now)
    {
        if (!DigestsMessage.TryRead(ref fields, out long round, _digests))
        {
            return false;
        }

        peer.Round?.OnDigests(round, _digests, now);
        EndRoundIfDone(peer, now);
        return true;
    }

    private bool OnBucketStamps(Peer peer, ref PackReader fields, int messageLength, TimeSpan now)
    {
        _stamps.Clear();
        if (!BucketStampsMessage.TryRead(ref fields, out long round, out int bucket, _stamps, messageLength))
        {
            return false;
        }

        peer.Round?.OnStamps(round, bucket, _stamps, now);
        EndRoundIfDone(peer, now);
        return true;
    }

    private bool OnWant(Peer peer, ref PackReader fields, TimeSpan now)
    {
        _keys.Clear();
        if (!WantMessage.TryRead(ref fields, _keys))
        {
            return false;
        }

        foreach (ulong key in _sync.IsAway ? [] : _keys)
        {
            peer.Stream.Add(key, now);
        }

        return true;
    }

    private bool OnNumbers(Peer peer, MessageKind kind, ref PackReader fields, TimeSpan now)
    {
        if (!NumbersMessage.TryRead(ref fields, out NumbersMessage message) || (kind == MessageKind.BucketRequest && message.Second >= ReplicaSet.Buckets))
        {
            return false;
        }

        switch (kind)
        {
            case MessageKind.FactsAck:
                peer.Stream.Confirm(message.First, now);
                break;
            case MessageKind.Mark:
                peer.Stream.SetMark(message.First);
                break;
            case MessageKind.MarkReached:
                peer.Round?.OnMark(message.First, now);
                EndRoundIfDone(peer, now);
                break;
            case MessageKind.DigestRequest or MessageKind.BucketRequest when !_sync.IsAway:
                Answer(peer, kind, message);
                break;
        }

        return true;
    }

    private void Answer(Peer peer, MessageKind kind, NumbersMessage request)
    {
        if (kind == MessageKind.DigestRequest)
        {
            _replica.CopyDigests(_digests);
            DigestsMessage.Write(_outgoing.Begin(), request.First, _digests);
        }
        else
        {
            _stamps.Clear();
            _replica.CopyBucket((int)request.Second, _stamps);
            BucketStampsMessage.Write(_outgoing.Begin(), request.First, (int)request.Second, _stamps);
        }

        _outgoing.TrySend(peer.Link);
    }
}
