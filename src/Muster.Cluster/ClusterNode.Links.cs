using Muster.Cluster.Links;
using Muster.Cluster.Membership;
using Muster.Cluster.Messages;
using Muster.Cluster.Repair;
using Muster.Cluster.Streams;

namespace Muster.Cluster;

/// <summary>Links: who is accepted, which of two counts, and when one is given up.</summary>
public sealed partial class ClusterNode
{
    /// <summary>A link that was heard more recently than this is not given up for a second one.</summary>
    private static readonly TimeSpan FreshLink = TimeSpan.FromSeconds(1.5);

    private TimeSpan? _linkedSince;

    /// <summary>A link is up, and both sides have proved themselves.</summary>
    public void OnConnected(ILink link, PeerHello hello, bool dialed)
    {
        TimeSpan now = LookAtClock();
        if (hello.Origin == Origin && hello.NodeId == Options.NodeId && hello.Boot >= Options.Boot && hello.Boot <= _incarnation)
        {
            link.Close("it is this server itself");
            return;
        }

        if (ReasonToRefuse(hello, now) is { } refusal)
        {
            Refuse(link, hello, refusal.Kind, refusal.Reason, now);
            return;
        }

        Member? member = Welcome(hello, now);
        if (member is null)
        {
            Refuse(link, hello, "members", $"there are {Options.MaxMembers} members already", now);
            return;
        }

        if (member.Peer is { } other)
        {
            if (!ShouldReplace(other, hello, dialed, now))
            {
                link.Close("there is a link already");
                return;
            }

            End(other, "replaced by another link", refused: false, now);
        }

        var stream = new FactStream(Options.MaxDirtyPerPeer, _statistics);
        var peer = new Peer(link, member, dialed, Math.Min(MaxProtocol, hello.MaxProtocol), stream, now, _time.GetUtcNow()) { Boot = hello.Boot };
        member.Peer = peer;
        member.HeardAt = now;
        _byLink.Add(link, peer);
        _peers = _peers.Add(peer).Sort(static (left, right) => left.Origin.CompareTo(right.Origin));
        NoteLinked(now);
        _dialer.OnLinked(member);
        ClearRefusals(hello.Name);
        LogConnected(hello.Name, hello.PeerAddress);
        SendMembers(peer);
        SendPing(peer, now);
        JudgeMembers(now);
    }

    /// <summary>A dialed target could not be reached or did not prove itself.</summary>
    public void OnDialFailed(string target, string reason)
    {
        _dialer.OnFailed(target, reason, LookAtClock());
        _viewIsOld = true;
    }

    /// <summary>A link ended. May be told of links that this node closed itself, and of ones it does not know.</summary>
    public void OnDisconnected(ILink link, string reason)
    {
        TimeSpan now = LookAtClock();
        if (_byLink.TryGetValue(link, out Peer? peer))
        {
            Forget(peer, reason, refused: false, now);
            JudgeMembers(now);
        }
    }

    private (string Kind, string Reason)? ReasonToRefuse(PeerHello hello, TimeSpan now)
    {
        if (_leftSince is not null)
        {
            return ("left", "this server has left the cluster");
        }

        if (!MembersMessage.IsSane(RecordOf(hello)))
        {
            return ("malformed", "what it says of itself is too long, or misses its address");
        }

        if (hello.Datacenter != Options.Datacenter)
        {
            return ("wrong_datacenter", $"its datacenter is {hello.Datacenter}, this one is {Options.Datacenter}");
        }

        if (hello.MinProtocol > MaxProtocol || hello.MaxProtocol < MinProtocol)
        {
            return ("protocol", $"it speaks protocols {hello.MinProtocol} to {hello.MaxProtocol}, this server {MinProtocol} to {MaxProtocol}");
        }

        if (hello.Origin == Origin)
        {
            return ("origin_taken", "it has the node id of this server, or one that cannot be told from it");
        }

        if (_members.Find(hello.Origin) is { } known && known.Record.NodeId != hello.NodeId)
        {
            return ("origin_taken", $"its node id cannot be told from that of {known.Record.Name}");
        }

        if (IsNameTaken(hello, now))
        {
            return ("name_taken", $"there is another server whose node is {hello.Name}");
        }

        TimeSpan lead = TimeSpan.FromMicroseconds(Math.Min(hello.Clock, 1L << 53) - WallClock);
        return lead > Options.MaxClockLead ? ("clock_ahead", $"its clock is {lead.TotalSeconds:0} s ahead") : null;
    }

    private bool IsNameTaken(PeerHello hello, TimeSpan now)
    {
        if (hello.Name.Equals(Options.Name, StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        foreach (Member other in _members.Others)
        {
            // one at the same address is the same place after the loss of its data: two cannot listen there
            if (other.Record.Origin != hello.Origin && !other.HasLeft && other.Record.Name.Equals(hello.Name, StringComparison.OrdinalIgnoreCase)
                && other.Record.PeerAddress != hello.PeerAddress && other.SilenceAt(now) <= Options.FailedAfter)
            {
                return true;
            }
        }

        return false;
    }

    private void Refuse(ILink link, PeerHello hello, string kind, string reason, TimeSpan now)
    {
        _statistics.LinksRefused++;
        if (kind != "left")
        {
            RaiseAlarm(kind, hello.Name, reason, now);
        }

        GoodbyeMessage.Write(_outgoing.Begin(), $"refused by {Options.Name}: {reason}");
        _outgoing.TrySend(link);
        link.Close(reason);
        if (_members.Find(hello.Origin) is { Peer: null } member && member != _members.Self)
        {
            _dialer.OnUnlinked(member, reason, refused: true, now);
        }
    }

    private void ClearRefusals(string name)
    {
        foreach (string kind in (ReadOnlySpan<string>)["malformed", "clock_ahead", "protocol", "wrong_datacenter", "origin_taken", "name_taken", "members"])
        {
            _alarms.Clear(kind, name);
        }
    }

    /// <summary>
    /// Of two links that both sides made at the same time, both keep the one of the server with the lower origin. Later, one
    /// that works is kept.
    /// </summary>
    private bool ShouldReplace(Peer existing, PeerHello hello, bool dialed, TimeSpan now)
    {
        if (hello.Boot > existing.Boot || now - existing.HeardAt > FreshLink)
        {
            return true;
        }

        bool isYoung = now - existing.ConnectedAt < FreshLink;
        bool isPreferred = dialed == (Origin < hello.Origin);
        return isYoung && isPreferred && existing.Dialed != dialed;
    }

    private void NoteLinked(TimeSpan now)
    {
        TimeSpan absence = _absence.End(new Moment(now, WallClock));
        if (absence > LongestAbsence)
        {
            _sync.NoteAway();
            LogAway(absence);
        }

        _linkedSince ??= now;
    }

    private void EndSilentLinks(TimeSpan now)
    {
        foreach (Peer peer in _peers)
        {
            if (now - peer.HeardAt > Options.FailedAfter)
            {
                End(peer, $"silent for {Options.FailedAfter.TotalSeconds:0.#} s", refused: false, now);
            }
        }
    }

    /// <summary>Ends a link from this side.</summary>
    private void End(Peer peer, string reason, bool refused, TimeSpan now)
    {
        Forget(peer, reason, refused, now);
        peer.Link.Close(reason);
    }

    private void Forget(Peer peer, string reason, bool refused, TimeSpan now)
    {
        _byLink.Remove(peer.Link);
        _peers = _peers.Remove(peer);
        if (peer.Member.Peer == peer)
        {
            peer.Member.Peer = null;
            _dialer.OnUnlinked(peer.Member, reason, refused, now);
        }

        if (_peers.Length == 0)
        {
            _linkedSince = null;
            _absence.Begin(new Moment(now, WallClock));
        }

        _viewIsOld = true;
        LogDisconnected(peer.Member.Record.Name, reason);
    }
}
