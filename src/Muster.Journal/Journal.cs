using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Security.Cryptography;

namespace Muster.Journal;

/// <summary>
/// A durable, ordered log of opaque records with snapshots, in one directory.
/// </summary>
/// <remarks>
/// <para>One writer at a time appends (under its own lock); appending copies into the group being collected and never
/// touches the disk. A flusher thread writes group after group, one fdatasync each: while one is on its way to the disk the
/// next collects. Anybody may wait for a sequence to be durable.</para>
/// <para>When storage fails, or falls too far behind, the journal is degraded: records are dropped, waits answer false, and
/// <see cref="SnapshotNeeded"/> asks for a snapshot until one is durable. A file is never written again after a failure:
/// what the kernel did with its pages then is unknown.</para>
/// <para>Invariant: everything up to <see cref="JournalStatus.DurableSequence"/> is found again by <see cref="Open"/>.</para>
/// </remarks>
public sealed partial class Journal : IDisposable
{
    private const int MaxFreeGroups = 4;

    private readonly JournalOptions _options;
    private readonly IJournalStorage _storage;
    private readonly IDisposable _directoryLock;
    private readonly TimeProvider _time;
    private readonly JournalMetrics _metrics;
    private readonly Thread? _flusher;
    private readonly ITimer _retryTimer;
    private readonly uint _salt;

    // Everything below is guarded by _gate, which is never held while touching the storage or calling out.
    private readonly object _gate = new();
    private readonly Queue<Group> _sealed = new();
    private readonly Stack<Group> _free = new();
    private readonly ConcurrentQueue<GroupCompletion> _completions = new();
    private Group _collecting = new();
    private Group? _inFlight;
    private long _lastSequence;
    private long _flushedSequence;
    private long _durableSequence;
    private long _queuedBytes;
    private long _droppedRecords;
    private bool _flusherIdle;
    private bool _stopping;
    private bool _disposed;

    private Journal(
        JournalOptions options, IJournalStorage storage, IDisposable directoryLock, Recovery recovery, RecoveryReport report,
        TimeProvider time, IMeterFactory? meters, bool stepped)
    {
        _options = options;
        _storage = storage;
        _directoryLock = directoryLock;
        _time = time;
        Recovery = report;
        _salt = BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(sizeof(uint)));
        _lastSequence = _flushedSequence = _durableSequence = report.LastSequence;
        _snapshotSequence = report.SnapshotSequence;
        _bytesSinceSnapshot = report.LogBytes;
        _snapshots.AddRange(recovery.Snapshots);
        _segments.AddRange(recovery.Logs);
        _collecting.Start(_lastSequence + 1, chain: 0, startsSegment: false);
        _metrics = new JournalMetrics(this, meters);
        _retryTimer = time.CreateTimer(static state => ((Journal)state!).Retry(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _flusher = stepped ? null : new Thread(FlushUntilStopped) { IsBackground = true, Name = "journal flusher" };
    }

    /// <summary>
    /// Asks the owner to take a snapshot: the log has grown, or storage failed and only a snapshot makes things whole again.
    /// Raised on the thread pool, never under a lock of the journal; repeated while the need lasts.
    /// </summary>
    public event EventHandler? SnapshotNeeded;

    /// <summary>
    /// The journal became degraded, or healthy again: see <see cref="Status"/>. Raised on the thread pool, never under a
    /// lock of the journal.
    /// </summary>
    public event EventHandler? StateChanged;

    /// <summary>What opening found.</summary>
    public RecoveryReport Recovery { get; }

    /// <summary>How the journal is doing.</summary>
    public JournalStatus Status
    {
        get
        {
            lock (_gate)
            {
                return new JournalStatus
                {
                    State = _reason is null ? JournalState.Healthy : JournalState.Degraded,
                    Reason = _reason,
                    LastSequence = _lastSequence,
                    DurableSequence = _durableSequence,
                    SnapshotSequence = _snapshotSequence,
                    QueuedBytes = _queuedBytes,
                    SegmentCount = _segments.Count,
                    BytesWritten = _bytesWritten,
                    GroupsWritten = _groupsWritten,
                    DroppedRecords = _droppedRecords,
                    LastSyncDuration = _lastSyncDuration,
                    SnapshotFailure = _snapshotFailure,
                };
            }
        }
    }

    /// <summary>Recovers what is in the directory, visiting each record, and opens it for appending.</summary>
    /// <param name="options">Must be valid.</param>
    /// <param name="visitor">Receives the recovered records, on the calling thread.</param>
    /// <param name="storage">Default: the directory of <paramref name="options"/>.</param>
    /// <param name="time">Default: the system's.</param>
    /// <param name="meters">Creates the meter <c>Muster.Server</c>; default: a free-standing one.</param>
    /// <exception cref="ArgumentException">The options are wrong.</exception>
    /// <exception cref="JournalException">The directory is in use, damaged, or of another version.</exception>
    /// <exception cref="IOException">The storage failed.</exception>
    public static Journal Open(
        JournalOptions options, RecordVisitor visitor, IJournalStorage? storage = null, TimeProvider? time = null,
        IMeterFactory? meters = null) =>
        Recover(options, visitor, storage, time, meters, stepped: false);

    /// <summary>
    /// Opens a journal that has no thread of its own: whoever opened it calls <see cref="Step"/>, and looks at
    /// <see cref="IsSnapshotRequested"/> instead of waiting for the event. A simulation thereby decides what happens when.
    /// </summary>
    internal static Journal OpenStepped(JournalOptions options, RecordVisitor visitor, IJournalStorage storage, TimeProvider time) =>
        Recover(options, visitor, storage, time, meters: null, stepped: true);

    private static Journal Recover(
        JournalOptions options, RecordVisitor visitor, IJournalStorage? storage, TimeProvider? time, IMeterFactory? meters, bool stepped)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(visitor);
        IReadOnlyList<string> problems = options.Validate();
        if (problems.Count > 0)
        {
            throw new ArgumentException(string.Join(' ', problems), nameof(options));
        }

        storage ??= new FileJournalStorage(options.Directory);
        time ??= TimeProvider.System;
        IDisposable directoryLock = storage.AcquireLock();
        try
        {
            long started = time.GetTimestamp();
            var recovery = new Recovery(storage, visitor);
            RecoveryReport report = recovery.Run();
            var journal = new Journal(options, storage, directoryLock, recovery, report, time, meters, stepped);
            journal.OpenFirstSegment();
            report.Duration = time.GetElapsedTime(started);
            journal._flusher?.Start();
            return journal;
        }
        catch
        {
            directoryLock.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Appends a record to the group being collected; no I/O. One caller at a time: the order of the calls is the order of
    /// recovery. The record is copied. When degraded it is counted and dropped.
    /// </summary>
    /// <returns>The record's sequence, to wait for.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The record is empty or larger than the option allows.</exception>
    public long Append(ReadOnlySpan<byte> record)
    {
        ThrowIfBadLength(record.Length, _options.MaxRecordBytes);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopping, this);
            long sequence = ++_lastSequence;
            if (_losing)
            {
                _droppedRecords++;
                return sequence;
            }

            int bytes = Frame.HeaderBytes + record.Length;
            if (_queuedBytes + bytes > _options.MaxQueuedBytes)
            {
                StartLosing($"storage is too slow: {_queuedBytes} bytes were waiting for it (limit {_options.MaxQueuedBytes})");
                _droppedRecords++;
                return sequence;
            }

            if (!_collecting.Fits(bytes))
            {
                SealCollecting(first: sequence, startsSegment: false);
            }

            _collecting.Add(_salt, sequence, record);
            _queuedBytes += bytes;
            WakeFlusher();
            return sequence;
        }
    }

    /// <summary>
    /// Completes when the record is durable, with true; or with false when it will not be (the journal is degraded or was
    /// closed). Await the result once, from any thread.
    /// </summary>
    public ValueTask<bool> WaitDurableAsync(long sequence)
    {
        lock (_gate)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(sequence, _lastSequence);
            if (sequence <= _durableSequence)
            {
                return ValueTask.FromResult(true);
            }

            Group? group = FindGroup(sequence);
            if (group is null)
            {
                return ValueTask.FromResult(false);
            }

            group.Completion ??= GroupCompletion.Rent(_completions);
            return group.Completion.Wait();
        }
    }

    /// <summary>Writes what was appended, then closes the files and gives the directory free. Blocks for that long.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            _stopping = true;
            Monitor.Pulse(_gate);
        }

        if (_flusher is null)
        {
            FlushUntilStopped();
        }

        _flusher?.Join();
        _retryTimer.Dispose();
        _metrics.Dispose();
        _directoryLock.Dispose();
    }

    internal static void ThrowIfBadLength(int length, int max)
    {
        if (length == 0 || length > max)
        {
            throw new ArgumentOutOfRangeException(nameof(length), length, $"A record has 1 to {max} bytes.");
        }
    }

    private Group? FindGroup(long sequence)
    {
        if (_collecting.Contains(sequence))
        {
            return _collecting;
        }

        if (_inFlight?.Contains(sequence) == true)
        {
            return _inFlight;
        }

        foreach (Group group in _sealed)
        {
            if (group.Contains(sequence))
            {
                return group;
            }
        }

        return null;
    }

    private void SealCollecting(long first, bool startsSegment)
    {
        if (_collecting.HasWork)
        {
            _sealed.Enqueue(_collecting);
            _collecting = RentGroup();
        }

        _collecting.Start(first, _chain, startsSegment);
    }

    private Group RentGroup() => _free.TryPop(out Group? free) ? free : new Group();

    private void WakeFlusher()
    {
        if (_flusherIdle)
        {
            _flusherIdle = false;
            Monitor.Pulse(_gate);
        }
    }
}
