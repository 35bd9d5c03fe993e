using Microsoft.Extensions.Logging;
using Muster.Cluster.Links;
using Muster.Cluster.Membership;
using Muster.Cluster.Messages;

namespace Muster.Cluster;

/// <summary>Members: what servers say of each other, and what this one makes of it.</summary>
public sealed partial class ClusterNode
{
    /// <summary>How long one that is back may take to compare what it holds with everybody.</summary>
    private static readonly TimeSpan ReturnTime = TimeSpan.FromMinutes(10);

    private bool _keepsRemovals = true; // as the catalog does at first
    private bool _isBereft;
    private bool _isIsolated;
    private TimeSpan? _isolatedSince;
    private string _isolationDetail = "";

    private static MemberRecord RecordOf(PeerHello hello) => new()
    {
        Origin = hello.Origin,
        NodeId = hello.NodeId,
        Name = hello.Name,
        PeerAddress = hello.PeerAddress,
        HttpAddress = hello.HttpAddress,
        Zone = hello.Zone,
        Version = hello.Version,
        MinProtocol = hello.MinProtocol,
        MaxProtocol = hello.MaxProtocol,
        Incarnation = hello.Boot,
    };

    /// <summary>Takes note of a peer that says hello; null when there are too many members.</summary>
    private Member? Welcome(PeerHello hello, TimeSpan now)
    {
        MemberRecord record = RecordOf(hello);
        if (_members.TryMerge(record, now, _time.GetUtcNow()) is not null)
        {
            ReplaceNamesakes(record);
            TellMembers();
        }

        return _members.Find(hello.Origin);
    }

    /// <summary>A server that comes with the name of one that failed takes its place.</summary>
    private void ReplaceNamesakes(MemberRecord record)
    {
        foreach (Member other in _members.Others)
        {
            if (other.Record.Origin != record.Origin && !other.HasLeft && other.Record.Name.Equals(record.Name, StringComparison.OrdinalIgnoreCase))
            {
                _members.Replace(other, other.Record with { Departure = Departure.Pruned });
            }
        }
    }

    private void MergeMembers(List<MemberRecord> records, TimeSpan now)
    {
        bool changed = false;
        foreach (MemberRecord record in records)
        {
            if (record.Origin == Origin)
            {
                changed |= record.NodeId == Options.NodeId && Refute(record);
            }
            else if (_members.Find(record.Origin) is { } known ? known.Record.NodeId == record.NodeId : record.Departure < Departure.Left)
            {
                changed |= _members.TryMerge(record, now, _time.GetUtcNow()) is not null;
            }
        }

        if (changed)
        {
            TellMembers();
            JudgeMembers(now);
        }
    }

    private void TellMembers()
    {
        foreach (Peer peer in _peers)
        {
            SendMembers(peer);
        }

        _viewIsOld = true;
    }

    private void SendMembers(Peer peer)
    {
        MembersMessage.Write(_outgoing.Begin(), _members.All);
        _outgoing.TrySend(peer.Link); // what is lost, the next ping finds
    }

    private void NoteSighting(Sighting sighting, TimeSpan now)
    {
        if (_members.Find(sighting.Origin) is { } member && member != _members.Self)
        {
            TimeSpan at = now - sighting.Age;
            if (member.ReportedAt is not { } before || at > before)
            {
                member.ReportedAt = at;
            }
        }
    }

    /// <summary>Judges how the members fare, and what follows from it.</summary>
    private void JudgeMembers(TimeSpan now)
    {
        int inSight = 1, known = 1;
        bool isAnyAway = false;
        foreach (Member member in _members.Others)
        {
            MemberStatus status = StatusOf(member, now);
            if (status != member.Status)
            {
                TellStatus(member, status);
                member.IsNew &= status != MemberStatus.Alive;
                (member.Status, member.StatusAt, member.StatusTime) = (status, now, _time.GetUtcNow());
                _viewIsOld = true;
            }

            if (status is MemberStatus.Alive or MemberStatus.Leaving)
            {
                inSight++;
            }

            if (status != MemberStatus.Left)
            {
                known++;
            }
            else if (_sync.IsSynced)
            {
                _ownership.RemoveServer(member, now);
            }

            isAnyAway |= status is not MemberStatus.Left && (status is not MemberStatus.Alive || now - member.StatusAt < ReturnTime);
            Reap(member, now);
        }

        if (isAnyAway != _keepsRemovals)
        {
            _replica.KeepRemovals(_keepsRemovals = isAnyAway);
        }

        Member self = _members.Self;
        self.HeardAt = now;
        MemberStatus own = self.Record.Departure switch { Departure.None => MemberStatus.Alive, Departure.Leaving => MemberStatus.Leaving, _ => MemberStatus.Left };
        if (own != self.Status)
        {
            (self.Status, self.StatusAt, self.StatusTime) = (own, now, _time.GetUtcNow());
        }

        JudgeSolitude(inSight, known);
        (_inSight, _known) = (inSight, known);
        JudgeIsolation(now);
    }

    private void TellStatus(Member member, MemberStatus status)
    {
        string name = member.Record.Name, former = member.Status.ToText();
        if (status != MemberStatus.Alive)
        {
            LogStatus(status == MemberStatus.Failed ? LogLevel.Warning : LogLevel.Information, name, status.ToText(), former);
        }
        else if (member.IsNew)
        {
            LogJoined(name);
        }
        else
        {
            LogReturned(name, former);
        }
    }

    /// <summary>Alone is who lost the others, not who has not met them yet.</summary>
    private void JudgeSolitude(int inSight, int known)
    {
        if (!_isBereft && inSight == 1 && known > 1 && _inSight > 1)
        {
            _isBereft = true;
            LogAlone(known - 1);
        }
        else if (_isBereft && inSight > 1)
        {
            LogNotAlone(inSight - 1);
        }

        _isBereft &= inSight == 1 && known > 1;
    }

    private MemberStatus StatusOf(Member member, TimeSpan now)
    {
        bool heard = member.SeenAt is { } seen && now - seen <= Options.FailedAfter;
        return member.Record.Departure switch
        {
            Departure.None => heard ? MemberStatus.Alive : MemberStatus.Failed,
            Departure.Leaving => heard ? MemberStatus.Leaving : MemberStatus.Failed,
            _ => MemberStatus.Left,
        };
    }

    private void Reap(Member member, TimeSpan now)
    {
        if (now - member.StatusAt <= Options.ReapAfter)
        {
            return;
        }

        if (member.Status == MemberStatus.Failed)
        {
            _members.Replace(member, member.Record with { Departure = Departure.Forced });
            TellMembers();
        }
        else if (member.Status == MemberStatus.Left && member.Peer is null)
        {
            _members.Remove(member);
            _viewIsOld = true;
        }
    }

    private void JudgeIsolation(TimeSpan now)
    {
        int known = Math.Max(_known, Options.ExpectedServers);
        _hasMajority = _rules.HasMajority(_inSight, known);
        _isolatedSince = _hasMajority ? null : _isolatedSince ?? now;
        bool isIsolated = !_hasMajority && !MayAdopt(now);
        string detail = $"sees {_inSight} of {known} servers";
        if (isIsolated != _isIsolated || (isIsolated && detail != _isolationDetail))
        {
            (_isIsolated, _isolationDetail, _viewIsOld) = (isIsolated, detail, true);
            if (isIsolated)
            {
                LogIsolated(detail);
            }
            else
            {
                LogNotIsolated(detail);
            }

            _isolation?.SetIsolated(isIsolated, detail);
        }
    }

    /// <summary>Whether those in sight may take over from those who are not: more than half, or after a long time what there is.</summary>
    private bool MayAdopt(TimeSpan now) =>
        _hasMajority || (Options.IsolatedTimeout > TimeSpan.Zero && _isolatedSince is { } since && now - since > Options.IsolatedTimeout);
}
