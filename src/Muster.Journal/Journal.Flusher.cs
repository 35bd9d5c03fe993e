using System.Diagnostics;

namespace Muster.Journal;

// The flusher thread: the only one that touches the log being written.
public sealed partial class Journal
{
    /// <summary>With space short, a snapshot is due when the log grew by this much, or by twice the last snapshot.</summary>
    private const long TightSnapshotAfterBytes = 64 * 1024;
    private static readonly TimeSpan TightFor = TimeSpan.FromMinutes(1);
    private static readonly byte[] Zeros = new byte[64 * 1024];

    // The flusher's own.
    private IJournalFile? _segment;
    private long _segmentFirst;
    private long _segmentOffset;
    private long _segmentAllocated;
    private int _segmentChain;
    private long _tightSince;

    // Guarded by _gate.
    private readonly List<long> _segments = [];
    private long _bytesWritten;
    private long _groupsWritten;
    private long _bytesSinceSnapshot;
    private bool _tight;
    private TimeSpan _lastSyncDuration;

    /// <summary>Before the flusher runs. A full disk must not keep a server from starting: it starts degraded.</summary>
    private void OpenFirstSegment()
    {
        try
        {
            CreateSegment(_lastSequence + 1, afterGap: false);
        }
        catch (Exception e) when (IsStorageFailure(e))
        {
            Fail(e);
        }
    }

    /// <summary>One group to the disk, if one waits; false when none did. Only for a journal without a thread.</summary>
    internal bool Step()
    {
        Debug.Assert(_flusher is null, "the flusher's own thread does this");
        Group? group = Take(wait: false);
        if (group is not null)
        {
            Process(group);
        }

        return group is not null;
    }

    private void FlushUntilStopped()
    {
        while (Take(wait: true) is { } group)
        {
            Process(group);
        }

        CloseSegment(sync: true);
    }

    private void Process(Group group)
    {
        bool written = false;
        try
        {
            Write(group);
            written = true;
        }
        catch (Exception e)
        {
            Fail(e);
        }

        Finish(group, written);
    }

    /// <summary>The next group to write; null when none is left and the journal is closing, or the caller does not want to wait.</summary>
    private Group? Take(bool wait)
    {
        lock (_gate)
        {
            while (true)
            {
                if (_sealed.TryDequeue(out _inFlight))
                {
                    return _inFlight;
                }

                if (_collecting.HasWork)
                {
                    _inFlight = _collecting;
                    _collecting = RentGroup();
                    _collecting.Start(_inFlight.Last + 1, _chain, startsSegment: false);
                    return _inFlight;
                }

                if (_stopping || !wait)
                {
                    return null;
                }

                _flusherIdle = true;
                Monitor.Wait(_gate);
                _flusherIdle = false;
            }
        }
    }

    private void Write(Group group)
    {
        if (group.StartsSegment || _segmentOffset >= _options.SegmentBytes)
        {
            Rotate(group);
        }

        if (group.Count == 0)
        {
            return;
        }

        Debug.Assert(_segment is not null, "groups behind a failed segment are discarded with it");
        Preallocate(group.Length);
        _segment!.Write(_segmentOffset, group.Bytes);
        long started = _time.GetTimestamp();
        _segment.Sync();
        _segmentOffset += group.Length;
        _segmentAllocated = Math.Max(_segmentAllocated, _segmentOffset);
        TimeSpan duration = _time.GetElapsedTime(started);
        _metrics.Synced(group.Count, group.Length, duration);
        lock (_gate)
        {
            _lastSyncDuration = duration;
        }
    }

    private void Finish(Group group, bool written)
    {
        bool durable;
        GroupCompletion? completion;
        lock (_gate)
        {
            _inFlight = null;
            _queuedBytes -= group.Length;
            durable = written && group.Chain <= _anchoredChain;
            _droppedRecords += written ? 0 : group.Count;
            if (written && group.Count > 0)
            {
                _flushedSequence = group.Last;
                _groupsWritten++;
                _bytesWritten += group.Length;
                _bytesSinceSnapshot += group.Length;
                _durableSequence = durable ? Math.Max(_durableSequence, group.Last) : _durableSequence;
            }

            completion = group.Completion;
            Recycle(group);
            if (_bytesSinceSnapshot >= SnapshotAfterBytes)
            {
                RequestSnapshot();
            }
        }

        completion?.Complete(durable);
    }

    private void Rotate(Group group)
    {
        if (_segment is not null && _segmentFirst == group.First && _segmentOffset == FileHeader.Bytes)
        {
            return; // begun twice with nothing between: the empty log serves
        }

        CloseSegment(sync: false);
        CreateSegment(group.First, afterGap: group.Chain != _segmentChain);
        _segmentChain = group.Chain;
    }

    private void CreateSegment(long first, bool afterGap)
    {
        string name = FileNames.Log(first);
        IJournalFile? file = null;
        try
        {
            file = _storage.Create(name);
            Span<byte> header = stackalloc byte[FileHeader.Bytes];
            new FileHeader(first, _salt, afterGap).Write(header, FileHeader.LogMagic);
            file.Write(0, header);
            file.Sync();
            _storage.SyncDirectory();
        }
        catch
        {
            file?.Dispose();
            TryDelete(name);
            throw;
        }

        _segment = file;
        _segmentFirst = first;
        _segmentOffset = _segmentAllocated = FileHeader.Bytes;
        lock (_gate)
        {
            if (!_segments.Contains(first))
            {
                _segments.Add(first);
            }
        }
    }

    /// <summary>Under _gate.</summary>
    private long SnapshotAfterBytes => _tight
        ? Math.Min(_options.SnapshotAfterBytes, Math.Max(TightSnapshotAfterBytes, 2 * _lastSnapshotBytes))
        : _options.SnapshotAfterBytes;

    /// <summary>
    /// Keeps zeros ahead of the log. Running out of space here is the early warning: the zeros are given back, and for a
    /// while snapshots, after which logs can be deleted, are asked for so often that there is room to write one.
    /// </summary>
    private void Preallocate(int groupBytes)
    {
        long needed = _segmentOffset + groupBytes;
        bool stillTight = _tight && _time.GetElapsedTime(_tightSince) < TightFor;
        if (_options.PreallocateBytes == 0 || needed <= _segmentAllocated || stillTight)
        {
            return;
        }

        long target = Math.Min(needed + _options.PreallocateBytes, Math.Max(needed, _options.SegmentBytes));
        try
        {
            for (long at = Math.Max(needed, _segmentAllocated); at < target; at += Zeros.Length)
            {
                _segment!.Write(at, Zeros.AsSpan(0, (int)Math.Min(Zeros.Length, target - at)));
            }

            _segmentAllocated = target;
            SetTight(false);
        }
        catch (IOException)
        {
            _segmentAllocated = _segmentOffset;
            _segment!.SetLength(_segmentOffset);
            _tightSince = _time.GetTimestamp();
            SetTight(true);
        }
    }

    private void SetTight(bool tight)
    {
        lock (_gate)
        {
            _tight = tight;
        }
    }

    /// <summary>Storage failed: this log is never written again, and what was queued behind it is lost.</summary>
    private void Fail(Exception cause)
    {
        CloseSegment(sync: false);
        var lost = new List<GroupCompletion>();
        lock (_gate)
        {
            StartLosing("storage failed: " + cause.Message);
            while (_sealed.TryDequeue(out Group? group))
            {
                Discard(group, lost);
            }

            Group collecting = _collecting;
            _collecting = RentGroup();
            _collecting.Start(_lastSequence + 1, _chain, startsSegment: false);
            Discard(collecting, lost);
        }

        _metrics.Failed();
        foreach (GroupCompletion completion in lost)
        {
            completion.Complete(durable: false);
        }
    }

    private void Discard(Group group, List<GroupCompletion> lost)
    {
        _queuedBytes -= group.Length;
        _droppedRecords += group.Count;
        if (group.Completion is { } completion)
        {
            lost.Add(completion);
        }

        Recycle(group);
    }

    private void Recycle(Group group)
    {
        group.Start(0, 0, startsSegment: false);
        if (_free.Count < MaxFreeGroups)
        {
            _free.Push(group);
        }
    }

    /// <summary>Gives preallocated zeros back and closes. Best effort: recovery takes zeros for the end, and cuts a torn group.</summary>
    private void CloseSegment(bool sync)
    {
        if (_segment is null)
        {
            return;
        }

        using IJournalFile closing = _segment;
        _segment = null;
        try
        {
            closing.SetLength(_segmentOffset);
            if (sync)
            {
                closing.Sync();
            }
        }
        catch (Exception)
        {
            _metrics.Failed();
        }
    }

    private void TryDelete(string name)
    {
        try
        {
            _storage.Delete(name);
        }
        catch (Exception e) when (IsStorageFailure(e))
        {
            // It is in nobody's way: recovery ignores or removes it.
            _metrics.Failed();
        }
    }

    private static bool IsStorageFailure(Exception e) => e is IOException or UnauthorizedAccessException;
}
