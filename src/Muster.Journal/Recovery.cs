namespace Muster.Journal;

/// <summary>
/// Reads a data directory back: the newest valid snapshot, then the logs after it, and repairs the torn tail of the last.
/// Refuses when something is missing that had been acknowledged.
/// </summary>
internal sealed class Recovery(IJournalStorage storage, RecordVisitor visitor)
{
    private readonly RecoveryReport _report = new();
    private readonly List<long> _snapshots = [];
    private long _damagedSnapshot = -1;
    private JournalCorruptException? _snapshotDamage;
    private long _reached;

    /// <summary>Sequences of the snapshots found valid or not looked at, newest first.</summary>
    public IReadOnlyList<long> Snapshots => _snapshots;

    /// <summary>First sequences of the logs kept, in order.</summary>
    public List<long> Logs { get; } = [];

    public RecoveryReport Run()
    {
        IReadOnlyList<string> names = storage.List();
        foreach (string name in names)
        {
            if (FileNames.IsTemporary(name))
            {
                storage.Delete(name);
            }
        }

        LoadSnapshot(names);
        ReplayLogs(LogFile.ReadAll(storage, names, _report.Lines));
        if (_reached < _damagedSnapshot)
        {
            // The older snapshot and the logs do not reach as far as the damaged snapshot did.
            throw _snapshotDamage!;
        }

        if (_damagedSnapshot >= 0)
        {
            DeleteDamagedSnapshots(names);
        }

        _report.LastSequence = _reached;
        return _report;
    }

    private void LoadSnapshot(IReadOnlyList<string> names)
    {
        foreach (string name in names)
        {
            if (FileNames.TryParseSnapshot(name, out long sequence))
            {
                _snapshots.Add(sequence);
            }
        }

        _snapshots.Sort(static (a, b) => b.CompareTo(a));
        for (int i = 0; i < _snapshots.Count; i++)
        {
            string name = FileNames.Snapshot(_snapshots[i]);
            using IJournalFile file = storage.Open(name);
            try
            {
                SnapshotReader.Read(name, _snapshots[i], file, visitor: null);
            }
            catch (JournalCorruptException damage)
            {
                _snapshotDamage ??= damage;
                _damagedSnapshot = Math.Max(_damagedSnapshot, _snapshots[i]);
                _report.Lines.Add($"snapshot {name} is damaged at offset {damage.Offset} ({damage.Problem}); trying an older one and the logs");
                continue;
            }

            _report.SnapshotFile = name;
            _report.SnapshotSequence = _reached = _snapshots[i];
            _report.SnapshotRecords = SnapshotReader.Read(name, _snapshots[i], file, visitor);
            break;
        }

        // Those newer than the loaded one are damaged: they must not count as a backup.
        _snapshots.RemoveAll(sequence => sequence > _reached);
    }

    private void DeleteDamagedSnapshots(IReadOnlyList<string> names)
    {
        foreach (string name in names)
        {
            if (FileNames.TryParseSnapshot(name, out long sequence) && !_snapshots.Contains(sequence))
            {
                storage.Delete(name);
            }
        }
    }

    private void ReplayLogs(List<LogFile> logs)
    {
        int start = Math.Max(0, logs.FindLastIndex(log => log.Header.Sequence <= _reached + 1));
        foreach (LogFile older in logs.Take(start))
        {
            Logs.Add(older.Header.Sequence);
        }

        for (int i = start; i < logs.Count; i++)
        {
            LogFile log = logs[i];
            if (log.Header.Sequence > _reached + 1)
            {
                if (log.Header.AfterGap && log.Header.Sequence - 1 > _damagedSnapshot)
                {
                    IgnoreUnacknowledged(logs, i);
                    return;
                }

                throw new JournalCorruptException(
                    log.Name, 0, $"it begins with record {log.Header.Sequence}, but the records from {_reached + 1} on are missing");
            }

            bool mayBeTorn = i == logs.Count - 1 || logs[i + 1].Header.AfterGap;
            ReplayLog(log, mayBeTorn);
            Logs.Add(log.Header.Sequence);
        }
    }

    private void ReplayLog(LogFile log, bool mayBeTorn)
    {
        using IJournalFile file = storage.Open(log.Name);
        var reader = new FrameReader(file, log.Header.Salt);
        long expected = log.Header.Sequence;
        FrameReadResult result;
        while ((result = reader.Read()) == FrameReadResult.Record)
        {
            if (reader.Frame.Sequence != expected)
            {
                throw new JournalCorruptException(
                    log.Name, reader.Offset, $"record {reader.Frame.Sequence} stands where {expected} belongs");
            }

            if (expected > _reached)
            {
                visitor(RecordSource.Log, expected, reader.Record);
                _reached = expected;
                _report.LogRecords++;
                _report.LogBytes += reader.NextOffset - reader.Offset;
            }

            expected++;
        }

        ReadOnlySpan<byte> rest = reader.ReadRest();
        int used = rest.LastIndexOfAnyExcept((byte)0) + 1;
        string problem = result == FrameReadResult.Damaged ? reader.Problem : "bytes follow the end of the log";
        if (used > 0 && (!mayBeTorn || DamageScanner.ProvesCorruption(rest, log.Header.Salt, expected)))
        {
            throw new JournalCorruptException(log.Name, reader.Offset, problem + ", and records after it had been made durable");
        }

        if (mayBeTorn && rest.Length > 0)
        {
            CutTail(log, file, reader.Offset, used, problem);
        }
    }

    private void CutTail(LogFile log, IJournalFile file, long offset, int used, string problem)
    {
        file.SetLength(offset);
        file.Sync();
        if (used == 0)
        {
            return;
        }

        _report.TruncatedFile = log.Name;
        _report.TruncatedAt = offset;
        _report.BytesCut += used;
        _report.Lines.Add(
            $"log {log.Name}: {used} bytes after the last valid record, which ends at offset {offset}, were cut: {problem} "
            + "(as a write leaves it that was under way at the last stop, before it was acknowledged)");
    }

    private void IgnoreUnacknowledged(List<LogFile> logs, int from)
    {
        for (int i = from; i < logs.Count; i++)
        {
            _report.Lines.Add(
                $"log {logs[i].Name} was begun after a storage failure and its snapshot was never finished: "
                + "it is dropped, nothing in it had been acknowledged as durable");
            storage.Delete(logs[i].Name);
        }
    }
}
