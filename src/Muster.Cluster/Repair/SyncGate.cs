using Muster.Cluster.Links;

namespace Muster.Cluster.Repair;

/// <summary>Decides when a server that joins has what the cluster has, and may say that it is ready.</summary>
internal sealed class SyncGate(ClusterOptions options, bool wasAway)
{
    private readonly HashSet<uint> _compared = [];
    private TimeSpan _begunAt;
    private TimeSpan? _firstLinkAt, _linklessSince, _failingSince;
    private string _failing = "";

    /// <summary>True once it is in step, or has given up waiting for somebody to be in step with.</summary>
    internal bool IsSynced { get; private set; }

    /// <summary>
    /// True while this server may hold what the others have deregistered and forgotten meanwhile: until it is compared, peers
    /// get nothing of it but what changes here.
    /// </summary>
    internal bool IsAway { get; private set; } = wasAway;

    /// <summary>What it waits for, or how it came to be synced.</summary>
    internal string Detail { get; private set; } = "";

    internal void Begin(TimeSpan now, bool expectsOthers)
    {
        _begunAt = now;
        if (!expectsOthers)
        {
            (IsSynced, IsAway, Detail) = (true, false, "nobody to join");
        }
    }

    /// <summary>This server was without links for longer than traces of deregistrations are kept.</summary>
    internal void NoteAway()
    {
        IsAway = true;
        _compared.Clear();
        (_firstLinkAt, _failingSince, _failing) = (null, null, "");
    }

    /// <summary>What only this server had is dropped.</summary>
    internal void NoteBack() => IsAway = false;

    /// <summary>Whether this server must know what that peer has before it is ready.</summary>
    internal bool Awaits(Peer peer) => !IsSynced && !_compared.Contains(peer.Origin);

    /// <summary>
    /// Whether a comparison in which this server failed at a message of the peer is to be made again before it is ready, or drops what
    /// only it has: what that said is not here. Not for ever: with a fault that all of them have there would be no server at all.
    /// </summary>
    internal bool MustRepeat(Peer peer, TimeSpan now)
    {
        if (IsSynced && !IsAway)
        {
            return false;
        }

        _failingSince ??= now;
        _failing = $": this server fails at messages of {peer.Member.Record.Name}";
        return now - _failingSince < options.SyncTimeout;
    }

    /// <summary>Everything that a peer has is here, but for what this server fails at.</summary>
    internal void OnCompared(Peer peer, bool hasFailed = false)
    {
        _compared.Add(peer.Origin);
        (_failingSince, _failing) = hasFailed ? (_failingSince, _failing) : (null, "");
        if (!IsSynced && !IsAway && peer.LastPing is { IsSynced: true })
        {
            (IsSynced, Detail) = (true, $"in step with {peer.Member.Record.Name}{(hasFailed ? $", but for what it could not take{_failing}" : "")}");
        }
    }

    /// <summary>Looks whether waiting is over; true when this look decided it.</summary>
    internal bool Judge(TimeSpan now, ReadOnlySpan<Peer> peers, Dialer dialer)
    {
        if (peers.Length > 0)
        {
            _firstLinkAt ??= now;
            _linklessSince = null;
        }
        else
        {
            _linklessSince ??= now;
        }

        if (IsSynced && !IsAway)
        {
            return false;
        }

        if (_firstLinkAt is { } first && now - first >= options.ColdStartGrace && AreAllNew(peers))
        {
            if (IsAway)
            {
                // all were away: there is nobody who knows better, and they tell each other everything
                IsAway = false;
                return false;
            }

            if (AreAllCompared(peers))
            {
                return Decide("no server in reach has been here for longer");
            }
        }

        if (!IsSynced && _linklessSince is { } linkless && now - (linkless > _begunAt ? linkless : _begunAt) >= options.SyncTimeout)
        {
            return Decide($"nobody was reachable for {options.SyncTimeout.TotalSeconds:0} s: {dialer.Describe()}", staysAway: IsAway);
        }

        Detail = IsSynced ? Detail : peers.Length > 0 ? $"syncing{_failing}" : $"waiting for {dialer.Describe()}";
        return false;
    }

    private bool Decide(string detail, bool staysAway = false)
    {
        bool isNews = !IsSynced;
        (IsSynced, IsAway) = (true, staysAway);
        Detail = isNews ? detail : Detail;
        return isNews;
    }

    private static bool AreAllNew(ReadOnlySpan<Peer> peers)
    {
        foreach (Peer peer in peers)
        {
            if (peer.LastPing is not { IsSynced: false })
            {
                return false;
            }
        }

        return peers.Length > 0;
    }

    private bool AreAllCompared(ReadOnlySpan<Peer> peers)
    {
        foreach (Peer peer in peers)
        {
            if (!_compared.Contains(peer.Origin))
            {
                return false;
            }
        }

        return true;
    }
}
