using Muster.Catalog;
using Muster.Journal;
using Muster.Journal.Tests;
using Muster.Model;

namespace Muster.Simulation.Cluster;

/// <summary>
/// A server's data directory with the real journal in it. It knows, for each sequence that a recovery may end at, what the
/// server's feed of changes said until then: that and nothing else must be found again.
/// </summary>
internal sealed class ServerDisk : IChangeLog, IDisposable
{
    private readonly Random _random;
    private readonly ClusterBug _bug;
    private readonly JournalOptions _options;
    private readonly PackWriter _writer = new();
    private readonly Dictionary<long, ReplicaState> _history = new() { [0] = ReplicaState.Empty };
    private MemoryStorage _storage = new();
    private Journal.Journal? _journal;
    private long _prunedTo;
    private uint _origin;
    private bool _isAttached;

    public ServerDisk(Random random, Scenario scenario, ClusterBug bug)
    {
        _random = random;
        _bug = bug;
        int size = scenario.Instances > 100 ? 16 : 1;
        _options = new JournalOptions
        {
            MaxRecordBytes = 16 * 1024, MaxQueuedBytes = 256 * 1024 * size, SegmentBytes = 64 * 1024,
            PreallocateBytes = random.Next(2) * 3000, SnapshotAfterBytes = 256 * 1024 * size, SnapshotsKept = 1 + random.Next(2),
        };
    }

    /// <summary>What the feed of changes said so far.</summary>
    public ReplicaState State { get; private set; } = ReplicaState.Empty;

    /// <summary>The highest sequence that a client may have been told is safe.</summary>
    public long Acknowledged { get; private set; }

    /// <summary>Hears of removals of what was never here, which observers do not.</summary>
    public Action<Tombstone>? Buried { get; set; }

    /// <summary>The place reached.</summary>
    public long LastSequence => _journal!.Status.LastSequence;

    /// <summary>Recovers a catalog, and checks that it is one that was.</summary>
    public void Open(Catalog.Catalog catalog, TimeProvider time)
    {
        _isAttached = false;
        int refused = 0;
        _journal = global::Muster.Journal.Journal.OpenStepped(_options, (source, sequence, record) => refused += catalog.LoadRecord(record) ? 0 : 1, _storage, time);
        catalog.FinishLoading();
        long recovered = _journal.Recovery.LastSequence;
        // S1: exactly what was acknowledged as on disk, or more, is found again; the power may take what was not.
        SimulationFailure.Unless(recovered >= Acknowledged, $"S1: {Acknowledged} was acknowledged, recovery ends at {recovered}");
        SimulationFailure.Unless(refused == 0, $"S1: recovery met {refused} records it could not understand");
        SimulationFailure.Unless(_history.TryGetValue(recovered, out ReplicaState? expected), $"S1: recovery ends at {recovered}, which never was");
        string? difference = expected!.DifferenceTo(catalog);
        SimulationFailure.Unless(difference is null, $"S1: recovered at {recovered}: {difference}");
        State = expected;
        _history.Clear();
        _history[recovered] = expected;
        _prunedTo = recovered;
        Acknowledged = recovered;
        _origin = catalog.Origin;
        _isAttached = true;
    }

    public long Append(in CatalogChange change)
    {
        if (!_isAttached)
        {
            return 0;
        }

        State = State.After(change);
        if (change is { Before: null, Tombstone: { } tombstone })
        {
            Buried?.Invoke(tombstone);
        }

        if (_bug == ClusterBug.MergedNotJournaled && change.Version.Origin != _origin)
        {
            return _journal!.Status.LastSequence;
        }

        global::Muster.Catalog.Catalog.WriteRecord(_writer, change);
        long sequence = _journal!.Append(_writer.Written);
        _history[sequence] = State;
        return sequence;
    }

    public ValueTask<bool> WaitDurableAsync(long sequence) => _journal!.WaitDurableAsync(sequence);

    /// <summary>Writes what waits.</summary>
    public void Flush()
    {
        while (_journal!.Status is { QueuedBytes: > 0 } status && _journal.Step() && _journal.Status.QueuedBytes < status.QueuedBytes)
        {
        }

        NoteAcknowledged();
    }

    /// <summary>Takes a snapshot when the journal wants one.</summary>
    public void Tend(Catalog.Catalog catalog)
    {
        if (!_journal!.IsSnapshotRequested)
        {
            return;
        }

        JournalSnapshot? place = null;
        CatalogExport state = catalog.Export(() => place = _journal.BeginSnapshot());
        place!.Write(writer => state.WriteTo(record => writer.Write(record)));
        NoteAcknowledged();
    }

    /// <summary>Lets one operation in a few fail, or none any more.</summary>
    public void Fail(bool fails)
    {
        int share = 1 + _random.Next(3);
        _storage.Fault = !fails ? null : (_, _) =>
        {
            if (_random.Next(share) == 0)
            {
                throw new IOException("Input/output error");
            }
        };
    }

    /// <summary>The process ends all at once, perhaps in the middle of what the disk does next.</summary>
    public void Crash(bool powerLoss)
    {
        MemoryStorage after = CrashedDisk.Of(_storage, _random, powerLoss, () => _journal!.Step());
        End();
        _storage = after;
        CrashedDisk.AddNoise(_storage, _random);
    }

    /// <summary>A clean end.</summary>
    public void Stop()
    {
        _storage.Fault = null;
        _journal!.Dispose();
        NoteAcknowledged();
        _storage = _storage.Copy();
    }

    /// <summary>Nothing is left.</summary>
    public void Wipe()
    {
        _storage = new MemoryStorage();
        _history.Clear();
        _history[0] = State = ReplicaState.Empty;
        Acknowledged = 0;
    }

    public void Dispose()
    {
        if (_journal is not null)
        {
            End();
        }
    }

    private void End()
    {
        _storage.Fault = (_, _) => throw new IOException("the process is gone");
        _journal!.Dispose();
    }

    private void NoteAcknowledged()
    {
        long durable = _journal!.Status.DurableSequence;
        Acknowledged = Math.Max(Acknowledged, durable);
        while (_prunedTo < durable)
        {
            _history.Remove(_prunedTo++);
        }
    }
}
