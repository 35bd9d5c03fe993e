using System.Collections.Concurrent;
using Muster.Model;

namespace Muster.Catalog;

/// <summary>
/// The heart of Muster: who is here, and how they fare.
/// </summary>
/// <remarks>
/// <para>One writer at a time (a lock), any number of readers (no lock). A command decides, stamps a version and an
/// index, builds the next immutable snapshot of the one service it concerns, publishes it with one reference write,
/// tells the log and the observers, and, once the lock is released, has the watchers woken.</para>
/// <para>A renewal is not a command: it moves one deadline (<see cref="TryPass"/>).</para>
/// <para>Time and randomness are given, so that a whole server replays from a seed.</para>
/// <para>The parts: Reads, Registration, Renaming, States, Checks, CheckMerging, Nodes, Mesh, Expiry, Removals, Cursors, Identity, Arrivals,
/// Publishing; in Persistence: Loading; in Replication: Replicating, Merging, MergingNodes, Superseding, CheckNames, Moving, Ownership, Renewing, Discarding.</para>
/// </remarks>
public sealed partial class Catalog
{
    // 2^42 ms are 139 years, and 1,024 times that is below 2^53
    private const int IndexRanges = 1024, IndexRangeBits = 42;

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly IChangeLog _log;
    private readonly IWakeDispatcher _dispatcher;
    private readonly LeaseClock _clock;
    private readonly TimingWheel _wheel = new();
    private readonly ExpiryQueue _expiry;
    private readonly VersionClock _versions;
    private readonly TombstoneTable _tombstones;
    private readonly ConcurrentDictionary<string, ServiceEntry> _services = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, ServiceEntry>.AlternateLookup<ReadOnlySpan<char>> _servicesByText;
    private readonly ConcurrentDictionary<string, NodeEntry> _nodes = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, NodeEntry>.AlternateLookup<ReadOnlySpan<char>> _nodesByText;
    private readonly Queue<ServiceEntry> _vacant = new();
    private readonly Queue<NodeEntry> _waitingOutputs = new();
    private readonly Dictionary<CheckDefinition, CheckDefinition> _commonChecks = [];
    private readonly PackWriter _scratch = new();
    private volatile ICatalogObserver[] _observers = [];
    private NodeEntry? _local;
    private WakeChain _wakes = new();
    private long _index;
    private long _extinction;

    /// <summary>
    /// The last sequence given to the log. A command that finds nothing to change returns it too: what it found may be
    /// a registration that is still on its way to the disk, and acknowledging that sooner would be a lie.
    /// </summary>
    private long _sequence;

    /// <summary>Makes an empty catalog. Load what was kept, then call <see cref="AnnounceSelf"/>.</summary>
    public Catalog(CatalogOptions options, TimeProvider time, Random random, IChangeLog log, IWakeDispatcher dispatcher)
    {
        Options = options;
        _time = time;
        _log = log;
        _dispatcher = dispatcher;
        _clock = new LeaseClock(time, options.Tick, options.PauseThreshold);
        if (!options.Replicated)
        {
            _clock.Start();
        }

        _expiry = new ExpiryQueue(random, options.ExpiriesPerSecond);
        _versions = new VersionClock(time, OriginOf(options.NodeId));
        _tombstones = new TombstoneTable(
            options.TombstoneAge, options.MaxTombstoneAge, options.MaxTombstones, tombstone => _entries?.SetAside(tombstone), tombstone => _entries?.Remove(tombstone), IsShown)
        {
            KeepsAside = options.Replicated,
        };
        _entries = options.Replicated ? new EntryIndex(options.KeySeed) : null;
        _places = options.Replicated ? new IdPlaces() : null;
        _replica = options.Replicated ? new ReplicaSet(this) : null;
        _servicesByText = _services.GetAlternateLookup<ReadOnlySpan<char>>();
        _nodesByText = _nodes.GetAlternateLookup<ReadOnlySpan<char>>();
        Preservation = new Preservation(this, _gate, _clock, time);
        Answers = new AnswerCache(options.AnswerCacheBytes);

        // Milliseconds since 1970 lie above every index that an earlier run can have reached at up to 1000 changes a
        // second on average; with a journal, loading raises this further if need be.
        _index = _extinction = Math.Max(1, time.GetUtcNow().ToUnixTimeMilliseconds()) + (options.Replicated ? RangeOf(options.NodeName) : 0);
        _runs = new RunHistory(LineageOf(time.GetUtcNow(), random.NextInt64()), _index, []);
        ServicesPoint = new WatchPoint(_index);
        NodesPoint = new WatchPoint(_index);
        ChecksPoint = new WatchPoint(_index);
        MeshPoint = new WatchPoint(_index);
        InstancesPoint = new WatchPoint(_index);
    }

    /// <summary>The options the catalog was made with.</summary>
    public CatalogOptions Options { get; }

    /// <summary>When too many fall silent at once: what is held, and why.</summary>
    public Preservation Preservation { get; }

    /// <summary>Encoded answers, memoized on snapshots.</summary>
    public AnswerCache Answers { get; }

    /// <summary>Counts for metrics.</summary>
    public CatalogStatistics Statistics { get; } = new();

    /// <summary>Moves when the set of service names or the tags within one change: what <c>catalog/services</c> shows.</summary>
    public WatchPoint ServicesPoint { get; }

    /// <summary>Moves when any instance or its node appears, changes or goes; not with their health.</summary>
    public WatchPoint InstancesPoint { get; }

    /// <summary>Moves when a node appears, changes or goes.</summary>
    public WatchPoint NodesPoint { get; }

    /// <summary>Moves when any check appears, changes its status or goes, and with the name and the tags of its service.</summary>
    public WatchPoint ChecksPoint { get; }

    /// <summary>Adds an observer of every later transition.</summary>
    public void Subscribe(ICatalogObserver observer)
    {
        lock (_gate)
        {
            _observers = [.. _observers, observer];
        }
    }

    /// <summary>
    /// Adds an observer and tells it everything that is here, as if it had just come: nothing is missed, nothing told twice.
    /// Holds the lock for the length of the catalog.
    /// </summary>
    public void SubscribeFromNow(ICatalogObserver observer)
    {
        lock (_gate)
        {
            foreach (NodeEntry entry in _nodes.Values)
            {
                Node node = entry.Current;
                observer.OnChange(new CatalogChange { Kind = ChangeKind.Node, Version = node.Version, Index = node.ModifyIndex, Node = node });
                foreach (Instance instance in entry.Instances.All())
                {
                    observer.OnChange(new CatalogChange { Kind = ChangeKind.Instance, Version = instance.Version, Index = instance.ModifyIndex, After = instance });
                }
            }

            _observers = [.. _observers, observer];
        }
    }

    /// <summary>
    /// Await this before acknowledging a write: true once it is on disk (or there is no log), false when the log is
    /// degraded; the write is in effect either way.
    /// </summary>
    public ValueTask<bool> WaitDurableAsync(long sequence) =>
        sequence == 0 ? ValueTask.FromResult(true) : _log.WaitDurableAsync(sequence);

    /// <summary>
    /// Where a server's range of indexes begins: by its name, which stays when its id is lost with its data. An index of
    /// another server is then never by chance the one that a reader's list has here.
    /// </summary>
    private static long RangeOf(string nodeName) => (long)(OriginOf(nodeName.ToUpperInvariant()) % IndexRanges) << IndexRangeBits;

    internal static uint OriginOf(string nodeId)
    {
        // FNV-1a: the tie-break must be the same in every run and on every server.
        uint hash = 2166136261;
        foreach (char letter in nodeId)
        {
            hash = (hash ^ letter) * 16777619;
        }

        return hash;
    }

    internal bool IsLocal(NodeEntry node) => ReferenceEquals(node, _local);

    private Writing Begin()
    {
        _gate.Enter();
        return new Writing(this);
    }

    private void End()
    {
        PublishLists();
        WakeChain? wakes = null;
        if (_wakes.Count > 0)
        {
            wakes = _wakes;
            _wakes = new WakeChain();
        }

        _gate.Exit();
        if (wakes is not null)
        {
            _dispatcher.Dispatch(wakes);
        }
    }

    /// <summary>The span of one command: holds the lock, and has watchers woken after releasing it.</summary>
    private readonly ref struct Writing(Catalog catalog)
    {
        public void Dispose() => catalog.End();
    }
}
