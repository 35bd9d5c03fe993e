using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Muster.Catalog;
using Muster.Cluster.Links;
using Muster.Cluster.Membership;
using Muster.Cluster.Ownership;
using Muster.Cluster.Renewals;
using Muster.Cluster.Repair;
using Muster.Cluster.Sockets;
using Muster.Cluster.Streams;

namespace Muster.Cluster;

/// <summary>
/// One server's part in the cluster: who the others are, what they are told, and who takes over when one is gone.
/// </summary>
/// <remarks>
/// <para>Synchronous, without threads and timers: the caller makes one call at a time, and all times come from the given
/// provider. Only <see cref="View"/>, <see cref="Hello"/>, <see cref="HasWork"/> and the subscription to the catalog may be
/// used from other threads.</para>
/// <para>What is merged from a peer is told to nobody else: every server tells every other one what it changed itself, so
/// nothing can go in circles. What a stream lost, and what two servers that have no link cannot tell each other, the
/// comparisons find.</para>
/// <para>The parts: Links, Messages, Members, Leaving, Repairing, Viewing.</para>
/// </remarks>
public sealed partial class ClusterNode : IPeerHandler
{
    /// <summary>The protocols this version speaks.</summary>
    internal const int MinProtocol = 1, MaxProtocol = 1;

    private static readonly TimeSpan JudgeInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>A gap between two ticks longer than this is this server's own pause: nobody else is to blame for it.</summary>
    private static readonly TimeSpan PauseThreshold = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time;
    private readonly ReplicaSet _replica;
    private readonly ILogger _logger;
    private readonly IIsolationSink? _isolation;
    private readonly ClusterRules _rules;
    private readonly ClusterStatistics _statistics = new();
    private readonly long _startedAt;
    private readonly MemberTable _members;
    private readonly LocalChanges _changes;
    private readonly FactBatch _batch;
    private readonly Outgoing _outgoing;
    private readonly Dialer _dialer;
    private readonly RenewalForwarder _renewals;
    private readonly OwnershipKeeper _ownership;
    private readonly SyncGate _sync;
    private readonly AlarmBook _alarms;
    private readonly Dictionary<ILink, Peer> _byLink = [];
    private ImmutableArray<Peer> _peers = []; // by origin
    private ClusterView _view;
    private readonly Absence _absence;
    private Moment _lastRun;
    private TimeSpan _sightIsOldUntil;
    private TimeSpan _lastFlush, _nextJudgement, _nextPing;
    private long _incarnation;
    private long _lastRound;

    /// <summary>Makes a node; call <see cref="Start"/> once the catalog is loaded and announced.</summary>
    public ClusterNode(
        ClusterOptions options, Catalog.Catalog catalog, TimeProvider time, Random random, IPeerTransport transport, IClusterWake wake, ILogger logger, IIsolationSink? isolation = null)
        : this(options, catalog, time, random, transport, wake, logger, isolation, ClusterRules.Default)
    {
    }

    internal ClusterNode(
        ClusterOptions options, Catalog.Catalog catalog, TimeProvider time, Random random, IPeerTransport transport, IClusterWake wake, ILogger logger, IIsolationSink? isolation, ClusterRules rules)
    {
        Options = options;
        Origin = catalog.Origin;
        _time = time;
        _replica = catalog.Replica;
        _logger = logger;
        _isolation = isolation;
        _rules = rules;
        _startedAt = time.GetTimestamp();
        _incarnation = options.Boot;
        _members = new MemberTable(RecordOf(Hello), options.MaxMembers, TimeSpan.Zero, time.GetUtcNow());
        foreach (MemberRecord known in options.KnownMembers)
        {
            if (known.Origin != Origin && known.Departure < Departure.Left && _members.TryMerge(known, TimeSpan.Zero, time.GetUtcNow()) is { } member)
            {
                member.IsNew = false;
            }
        }

        _changes = new LocalChanges(wake, options.MaxDirtyPerPeer);
        _batch = new FactBatch(_replica);
        _outgoing = new Outgoing(_statistics);
        _dialer = new Dialer(options, _members, transport, random);
        _renewals = new RenewalForwarder(options, _replica, _members, _outgoing, _statistics);
        _ownership = new OwnershipKeeper(options, rules, _replica, _members, _statistics);
        _sync = new SyncGate(options, WasAwayTooLong());
        _absence = new Absence(notice: options.FailedAfter * 2);
        _alarms = new AlarmBook(time, _statistics);
        _view = new ClusterView { Statistics = _statistics };
        RefreshView(TimeSpan.Zero);
    }

    /// <summary>The options it was made with.</summary>
    public ClusterOptions Options { get; }

    /// <summary>The cluster as this server sees it; from any thread.</summary>
    public ClusterView View => Volatile.Read(ref _view);

    /// <summary>What this server says when a link begins; from any thread.</summary>
    public PeerHello Hello => new()
    {
        Origin = Origin,
        NodeId = Options.NodeId,
        Name = Options.Name,
        Datacenter = Options.Datacenter,
        PeerAddress = Options.PeerAddress,
        HttpAddress = Options.HttpAddress,
        Zone = Options.Zone,
        MinProtocol = MinProtocol,
        MaxProtocol = MaxProtocol,
        Version = Options.Version,
        Clock = WallClock,
        Boot = Volatile.Read(ref _incarnation),
    };

    /// <inheritdoc />
    public bool HasWork
    {
        get
        {
            if (_changes.Any)
            {
                return true;
            }

            foreach (Peer peer in _peers)
            {
                if (peer.Stream.HasWork)
                {
                    return true;
                }
            }

            return false;
        }
    }

    private TimeSpan Now => _time.GetElapsedTime(_startedAt);

    private long WallClock => (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    private uint Origin { get; }

    /// <summary>Begins: subscribes to the catalog and dials.</summary>
    public void Start()
    {
        TimeSpan now = Now;
        _lastRun = new Moment(now, WallClock);
        foreach (string target in Options.JoinTargets)
        {
            _dialer.Add(target, now);
        }

        _replica.Subscribe(_changes);
        bool expectsOthers = _dialer.HasTargets || _members.Others.Length > 0;
        _sync.Begin(now, expectsOthers);
        if (expectsOthers && Options.JournalClock > 0)
        {
            _absence.Begin(new Moment(now, Options.JournalClock));
        }

        if (_sync.IsSynced)
        {
            _replica.BeginServing();
        }

        _dialer.Tick(now, hasLinks: false);
        JudgeMembers(now);
        RefreshView(now);
    }

    /// <summary>Does all that is due. Call it every 10 ms, and when woken; it costs next to nothing when nothing is.</summary>
    public void Tick()
    {
        TimeSpan now = LookAtClock();
        if (_changes.Any)
        {
            TakeChanges(now);
        }

        if (now - _lastFlush >= Options.FlushInterval)
        {
            Flush(now);
        }

        if (now >= _nextPing)
        {
            _nextPing = now + Options.PingInterval;
            PingAll(now);
            _viewIsOld = true;
        }

        _renewals.Tick(now, _peers.AsSpan());
        if (now >= _nextJudgement)
        {
            _nextJudgement = now + JudgeInterval;
            Judge(now);
        }

        if (_viewIsOld)
        {
            RefreshView(now);
        }
    }

    private void TakeChanges(TimeSpan now)
    {
        List<ulong> keys = _changes.Take(out bool overflowed);
        foreach (Peer peer in _peers)
        {
            foreach (ulong key in keys)
            {
                peer.Stream.Add(key, now);
            }

            if (overflowed)
            {
                peer.Stream.LoseSome();
            }
        }
    }

    private void Flush(TimeSpan now)
    {
        _batch.Forget();
        foreach (Peer peer in _peers)
        {
            if (peer.Stream.HasWork)
            {
                _lastFlush = now;
                peer.Stream.Flush(peer.Link, _batch, _outgoing);
            }
        }
    }

    /// <summary>What is looked at twenty times a second.</summary>
    private void Judge(TimeSpan now)
    {
        EndSilentLinks(now);
        JudgeMembers(now);
        ContinueRounds(now);
        if (_leftSince is null)
        {
            _dialer.Tick(now, _peers.Length > 0);
        }

        if (_sync.Judge(now, _peers.AsSpan(), _dialer))
        {
            OnSynced();
        }

        // one that was away for too long first learns what happened, unless there is nobody to tell it
        bool knows = _sync.IsSynced && (!_sync.IsAway || _peers.Length == 0);
        if (knows && !IsLeaving)
        {
            _ownership.Adopt(now, now >= _sightIsOldUntil && MayAdopt(now));
            TellAdoptions(now);
            if (_linkedSince is { } linked && now - linked >= Options.ReclaimAfter)
            {
                _ownership.Reclaim(now);
            }
        }

        if (_leavingSince is { } leaving)
        {
            JudgeLeaving(leaving, now);
        }
    }

    /// <summary>
    /// The running time, at the beginning of whatever happens: links that ended while this server stood still may be what it
    /// hears of first.
    /// </summary>
    private TimeSpan LookAtClock()
    {
        var now = new Moment(Now, WallClock);
        Moment before = _lastRun;
        _lastRun = now;
        if (before.Until(now) > Options.FailedAfter)
        {
            // who is there and who is gone is what it was before: nobody is taken over from until all could be heard
            _sightIsOldUntil = now.Running + Options.OwnerTimeout;
            _absence.NotePause(before, now);
        }

        TimeSpan pause = now.Running - before.Running;
        if (pause > PauseThreshold)
        {
            Forgive(pause, now.Running);
        }

        return now.Running;
    }

    /// <summary>This server did not run for a while: what it did not hear meanwhile was its own fault.</summary>
    private void Forgive(TimeSpan pause, TimeSpan now)
    {
        foreach (Member member in _members.All)
        {
            member.Forgive(pause, now);
        }

        foreach (Peer peer in _peers)
        {
            peer.HeardAt = Member.Moved(peer.HeardAt, pause, now);
        }

        _renewals.NotePause(pause);
    }
}
