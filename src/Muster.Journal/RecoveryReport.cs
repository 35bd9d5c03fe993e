namespace Muster.Journal;

/// <summary>What opening a journal found. Every line of <see cref="Messages"/> belongs in the server's log.</summary>
public sealed record RecoveryReport
{
    /// <summary>The snapshot that was loaded; null without one.</summary>
    public string? SnapshotFile { get; internal set; }

    /// <summary>The sequence the loaded snapshot reaches to; 0 without one.</summary>
    public long SnapshotSequence { get; internal set; }

    /// <summary>Records visited from the snapshot.</summary>
    public long SnapshotRecords { get; internal set; }

    /// <summary>Records visited from logs.</summary>
    public long LogRecords { get; internal set; }

    /// <summary>Bytes of those log records, framing included.</summary>
    public long LogBytes { get; internal set; }

    /// <summary>The sequence of the last record recovered; 0 if there was none.</summary>
    public long LastSequence { get; internal set; }

    /// <summary>The log that was cut after its last valid record; null if none was.</summary>
    public string? TruncatedFile { get; internal set; }

    /// <summary>The length that log was cut to.</summary>
    public long TruncatedAt { get; internal set; }

    /// <summary>Bytes cut off, the zeros of preallocation not counted.</summary>
    public long BytesCut { get; internal set; }

    /// <summary>How long recovery took, the visitor's work included.</summary>
    public TimeSpan Duration { get; internal set; }

    /// <summary>Everything unusual, in plain words; empty after a clean stop.</summary>
    public IReadOnlyList<string> Messages => Lines;

    internal List<string> Lines { get; } = [];
}
