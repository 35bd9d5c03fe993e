using Muster.Cluster.Links;

namespace Muster.Cluster;

/// <summary>Leaving: by one's own will, by an operator's word, and the word of a server that is still here.</summary>
public sealed partial class ClusterNode
{
    /// <summary>A server that leaves waits no longer than this for its peers to confirm what it had for them.</summary>
    private static readonly TimeSpan LeavePatience = TimeSpan.FromSeconds(5);

    private TimeSpan? _leavingSince, _leftSince;

    private bool IsLeaving => _leavingSince is not null;

    /// <summary>Begins to leave: what is here is handed over; <see cref="ClusterView.HasLeft"/> says when that is done.</summary>
    public void Leave()
    {
        if (!IsLeaving)
        {
            _leavingSince = Now;
            DepartSelf(Departure.Leaving);
        }
    }

    /// <summary>Says of a failed member that it left; false when there is none of that name. One that is alive says that it is.</summary>
    /// <param name="nodeName">The name of its node.</param>
    /// <param name="prune">Whether it is to be forgotten altogether.</param>
    public bool ForceLeave(string nodeName, bool prune)
    {
        if (_members.FindByName(nodeName) is not { } member)
        {
            return false;
        }

        Departure departure = prune ? Departure.Pruned : Departure.Forced;
        if (member.Record.Departure < departure)
        {
            _members.Replace(member, member.Record with { Departure = departure });
            LogForced(nodeName);
            AfterDeparture();
        }

        return true;
    }

    private void JudgeLeaving(TimeSpan leaving, TimeSpan now)
    {
        bool handedOver = true;
        foreach (Peer peer in _peers)
        {
            handedOver &= peer.Stream.IsIdle && peer.Link.QueuedBytes == 0;
        }

        if (_leftSince is null && (handedOver || now - leaving > LeavePatience))
        {
            _leftSince = now;
            DepartSelf(Departure.Left);
        }
        else if (_leftSince is not null && !View.HasLeft && (handedOver || now - leaving > LeavePatience))
        {
            _hasLeft = true;
            _viewIsOld = true;
        }
    }

    /// <summary>Objects when somebody says that this server left, or speaks of a later life of it than this one.</summary>
    private bool Refute(MemberRecord record)
    {
        MemberRecord self = _members.Self.Record;
        if (record.Incarnation < self.Incarnation || (record.Incarnation == self.Incarnation && record.Departure <= self.Departure))
        {
            return false;
        }

        Volatile.Write(ref _incarnation, record.Incarnation + 1);
        _members.Replace(_members.Self, RecordOf(Hello) with { Departure = self.Departure });
        LogRefuted();
        return true;
    }

    private void DepartSelf(Departure departure)
    {
        _members.Replace(_members.Self, _members.Self.Record with { Departure = departure });
        AfterDeparture();
    }

    private void AfterDeparture()
    {
        TimeSpan now = Now;
        TellMembers();
        JudgeMembers(now);
        RefreshView(now); // whoever asked for it looks at once
    }
}
