using Microsoft.Extensions.Logging;
using Muster.Cluster.Links;
using Muster.Cluster.Membership;

namespace Muster.Cluster;

/// <summary>What others see of it: the view, alarms and the log.</summary>
public sealed partial class ClusterNode
{
    private bool _viewIsOld, _hasLeft;
    private bool _hasMajority = true;
    private int _inSight = 1, _known = 1;
    private long _adoptionsTold;
    private TimeSpan _nextAdoptionsTold;

    private void RefreshView(TimeSpan now)
    {
        _viewIsOld = false;
        DateTimeOffset time = _time.GetUtcNow();
        var view = new ClusterView
        {
            Members =
            [
                .. _members.All
                    .Where(member => member.Record.Departure < Departure.Pruned)
                    .Select(member => ViewOf(member, now, time))
                    .OrderBy(member => member.Record.Name, StringComparer.OrdinalIgnoreCase),
            ],
            Alarms = _alarms.ToView(),
            IsSynced = _sync.IsSynced,
            SyncDetail = _sync.Detail,
            IsAlone = _inSight == 1 && (_known > 1 || _dialer.HasTargets || Options.ExpectedServers > 1),
            HasMajority = _hasMajority,
            InSight = _inSight,
            Known = _known,
            HasLeft = _hasLeft,
            RootDigest = _replica.RootDigest,
            Entries = _replica.EntryCount,
            Statistics = _statistics,
        };
        Volatile.Write(ref _view, view);
    }

    private MemberView ViewOf(Member member, TimeSpan now, DateTimeOffset time) => new()
    {
        Record = member.Record,
        IsSelf = member == _members.Self,
        Status = member.Status,
        Since = member.StatusTime,
        LastContact = member == _members.Self ? time : member.SeenAt is { } seen ? time - (now - seen) : null,
        Problem = member.Problem,
        Peer = member.Peer is { } peer ? ViewOf(peer, now) : null,
    };

    private static PeerView ViewOf(Peer peer, TimeSpan now) => new()
    {
        Dialed = peer.Dialed,
        Since = peer.ConnectedTime,
        Protocol = peer.Protocol,
        RoundTrip = peer.RoundTrip,
        Lag = peer.Stream.LagAt(now),
        LastDelivery = peer.Stream.LastDelivery,
        DigestEqual = peer.DigestEqual,
        IsSynced = peer.LastPing is { IsSynced: true },
        IsRepairing = peer.Round is not null,
        QueuedFacts = peer.Stream.Waiting,
        QueuedBytes = peer.Link.QueuedBytes,
        InFlight = peer.Stream.InFlight,
        FactsSent = peer.Stream.FactsSent,
        FactsReceived = peer.FactsReceived,
        QueueDrops = peer.Stream.Drops,
        Malformed = peer.Malformed,
    };

    /// <summary>Logs who was taken over, at most once a second: an adoption comes in many small steps.</summary>
    private void TellAdoptions(TimeSpan now)
    {
        long total = _statistics.Adoptions;
        if (total > _adoptionsTold && now >= _nextAdoptionsTold)
        {
            LogAdopted(total - _adoptionsTold, total);
            (_adoptionsTold, _nextAdoptionsTold) = (total, now + TimeSpan.FromSeconds(1));
        }
    }

    private void RaiseAlarm(string kind, string peer, string detail, TimeSpan now)
    {
        _viewIsOld = true;
        if (_alarms.Raise(kind, peer, detail, now))
        {
            LogAlarm(kind, peer, detail);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Linked with {Name} at {Address}")]
    private partial void LogConnected(string name, string address);

    [LoggerMessage(Level = LogLevel.Information, Message = "The link with {Name} ended: {Reason}")]
    private partial void LogDisconnected(string name, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Server {Name} joined")]
    private partial void LogJoined(string name);

    [LoggerMessage(Level = LogLevel.Information, Message = "Server {Name} is back, it was {Former}")]
    private partial void LogReturned(string name, string former);

    [LoggerMessage(Message = "Server {Name} is {Status}, it was {Former}")]
    private partial void LogStatus(LogLevel level, string name, string status, string former);

    [LoggerMessage(Level = LogLevel.Warning, Message = "No majority: this server {Detail}. It keeps what the others own and takes over nothing")]
    private partial void LogIsolated(string detail);

    [LoggerMessage(Level = LogLevel.Information, Message = "This server {Detail}, and may take over from those that are silent")]
    private partial void LogNotIsolated(string detail);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Alone: none of the {Others} other servers is in sight. This one goes on serving what it knows")]
    private partial void LogAlone(int others);

    [LoggerMessage(Level = LogLevel.Information, Message = "No longer alone: {Others} other servers are in sight")]
    private partial void LogNotAlone(int others);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Took over {Adopted} instances whose server left or is silent, {Total} since the start")]
    private partial void LogAdopted(long adopted, long total);

    [LoggerMessage(Level = LogLevel.Information, Message = "An operator says that server {Name} left")]
    private partial void LogForced(string name);

    [LoggerMessage(Level = LogLevel.Information, Message = "Somebody said that this server left or restarted; it said that it is here")]
    private partial void LogRefuted();

    [LoggerMessage(Level = LogLevel.Information, Message = "Synced: {Detail}")]
    private partial void LogSynced(string detail);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Compared with {Name}: {Found} entries differed")]
    private partial void LogCompared(string name, int found);

    [LoggerMessage(Level = LogLevel.Information, Message = "A comparison with {Name} broke off and will be repeated")]
    private partial void LogRoundBroke(string name);

    [LoggerMessage(Level = LogLevel.Warning, Message = "No peer was in reach for {Away}, longer than traces of deregistrations are kept: what only this server remembers of others will be dropped")]
    private partial void LogAway(TimeSpan away);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Dropped {Dropped} entries of others that no peer knows any more")]
    private partial void LogDiscarded(int dropped);

    [LoggerMessage(Level = LogLevel.Error, Message = "Alarm {Kind} about {Peer}: {Detail}")]
    private partial void LogAlarm(string kind, string peer, string detail);
}
