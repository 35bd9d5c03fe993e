namespace Muster.Journal;

// Snapshots, and the way back from a failure, which is a snapshot too.
public sealed partial class Journal
{
    // Guarded by _gate. Newest first.
    private readonly List<long> _snapshots = [];
    private JournalSnapshot? _activeSnapshot;
    private long _snapshotSequence;
    private long _lastSnapshotBytes;
    private bool _snapshotRequested;
    private string? _snapshotFailure;

    // Each loss ends a chain of gap-free records. A chain counts as durable once a snapshot taken at its start is.
    private bool _losing;
    private string? _reason;
    private int _chain;
    private int _anchoredChain;
    private TimeSpan _retryDelay;

    /// <summary>True from the moment a snapshot is asked for until one is begun.</summary>
    internal bool IsSnapshotRequested
    {
        get
        {
            lock (_gate)
            {
                return _snapshotRequested;
            }
        }
    }

    /// <summary>
    /// Cuts the log: the snapshot stands for everything appended so far, the next record opens a new file. Call it under
    /// the same lock as <see cref="Append"/>, together with taking the (immutable) state; it does no I/O. Then let any
    /// thread <see cref="JournalSnapshot.Write"/> that state. One snapshot at a time.
    /// </summary>
    /// <exception cref="InvalidOperationException">Another snapshot is under way.</exception>
    public JournalSnapshot BeginSnapshot()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopping, this);
            if (_activeSnapshot is not null)
            {
                throw new InvalidOperationException("A snapshot is under way; finish or dispose it first.");
            }

            if (_losing)
            {
                _losing = false;
                _chain++;
            }

            SealCollecting(first: _lastSequence + 1, startsSegment: true);
            _bytesSinceSnapshot = 0;
            _snapshotRequested = false;
            WakeFlusher();
            _activeSnapshot = new JournalSnapshot(this, _lastSequence, _chain);
            return _activeSnapshot;
        }
    }

    internal SnapshotOutcome WriteSnapshot(JournalSnapshot snapshot, Action<SnapshotWriter> write)
    {
        string name = FileNames.Snapshot(snapshot.Sequence);
        string temporary = name + FileNames.TemporarySuffix;
        bool temporaryLeft = true;
        try
        {
            long records;
            long bytes;
            using (IJournalFile file = _storage.Create(temporary))
            {
                var writer = new SnapshotWriter(file, new FileHeader(snapshot.Sequence, _salt, AfterGap: false), _options.MaxRecordBytes);
                write(writer);
                writer.Finish();
                records = writer.Count;
                bytes = file.Length;
            }

            _storage.Rename(temporary, name);
            temporaryLeft = false;
            _storage.SyncDirectory();
            Commit(snapshot, bytes);
            return new SnapshotOutcome(snapshot.Sequence, records, Failure: null);
        }
        catch (Exception e) when (IsStorageFailure(e))
        {
            _metrics.Failed();
            SnapshotFailed($"snapshot {name} could not be written: {e.Message}");
            return new SnapshotOutcome(snapshot.Sequence, Records: 0, e.Message);
        }
        finally
        {
            if (temporaryLeft)
            {
                TryDelete(temporary);
            }
        }
    }

    internal void EndSnapshot(JournalSnapshot snapshot)
    {
        lock (_gate)
        {
            if (_activeSnapshot == snapshot)
            {
                _activeSnapshot = null;
            }
        }
    }

    private void Commit(JournalSnapshot snapshot, long bytes)
    {
        List<string> obsolete;
        lock (_gate)
        {
            _snapshotFailure = null;
            _lastSnapshotBytes = bytes;
            _snapshotSequence = snapshot.Sequence;
            _durableSequence = Math.Max(_durableSequence, snapshot.Sequence);
            bool closesGap = !_losing && snapshot.Chain == _chain && _anchoredChain != _chain;
            if (closesGap)
            {
                _anchoredChain = _chain;
                _durableSequence = Math.Max(_durableSequence, _flushedSequence);
                _reason = null;
                RaiseStateChanged();
            }

            obsolete = ForgetObsolete(snapshot.Sequence, closesGap);
        }

        foreach (string name in obsolete)
        {
            TryDelete(name);
        }
    }

    /// <summary>Older files no recovery can need. Across a gap nothing older is of use, and its space may be what was missing.</summary>
    private List<string> ForgetObsolete(long newest, bool closesGap)
    {
        var obsolete = new List<string>();
        int kept = closesGap ? 1 : _options.SnapshotsKept;
        _snapshots.Remove(newest);
        _snapshots.Insert(0, newest);
        while (_snapshots.Count > kept)
        {
            obsolete.Add(FileNames.Snapshot(_snapshots[^1]));
            _snapshots.RemoveAt(_snapshots.Count - 1);
        }

        // With fewer snapshots than wanted, the logs since the very beginning stand for the missing one.
        while (_snapshots.Count == kept && _segments.Count > 1 && _segments[1] <= _snapshots[^1] + 1)
        {
            obsolete.Add(FileNames.Log(_segments[0]));
            _segments.RemoveAt(0);
        }

        return obsolete;
    }

    /// <summary>Under _gate. From now on records are dropped, until a snapshot can stand for them.</summary>
    private void StartLosing(string reason)
    {
        bool retrying = _reason is not null;
        _losing = true;
        _reason = reason;
        if (!retrying)
        {
            ScheduleRetry(first: true);
            RaiseStateChanged();
        }
    }

    private void RaiseStateChanged() => ThreadPool.UnsafeQueueUserWorkItem(
        static journal => journal.StateChanged?.Invoke(journal, EventArgs.Empty), this, preferLocal: false);

    private void SnapshotFailed(string failure)
    {
        lock (_gate)
        {
            bool retrying = _reason is not null || _snapshotFailure is not null;
            _snapshotFailure = failure;
            if (!retrying)
            {
                ScheduleRetry(first: true);
            }
        }
    }

    private void ScheduleRetry(bool first)
    {
        if (_stopping)
        {
            return;
        }

        TimeSpan doubled = _retryDelay * 2;
        _retryDelay = first ? _options.RetryAfter : doubled < JournalOptions.MaxRetryAfter ? doubled : JournalOptions.MaxRetryAfter;
        _retryTimer.Change(_retryDelay, Timeout.InfiniteTimeSpan);
    }

    private void Retry()
    {
        lock (_gate)
        {
            if (_stopping || (_reason is null && _snapshotFailure is null))
            {
                return;
            }

            if (_activeSnapshot is null)
            {
                _snapshotRequested = false;
                RequestSnapshot();
            }

            ScheduleRetry(first: false);
        }
    }

    /// <summary>Under _gate; the event itself is raised on the pool.</summary>
    private void RequestSnapshot()
    {
        if (_snapshotRequested || _activeSnapshot is not null)
        {
            return;
        }

        _snapshotRequested = true;
        ThreadPool.UnsafeQueueUserWorkItem(
            static journal => journal.SnapshotNeeded?.Invoke(journal, EventArgs.Empty), this, preferLocal: false);
    }
}
