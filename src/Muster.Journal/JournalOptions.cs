namespace Muster.Journal;

/// <summary>How a journal stores and when it compacts. <see cref="Validate"/> reports every wrong value at once.</summary>
public sealed class JournalOptions
{
    internal static readonly TimeSpan MaxRetryAfter = TimeSpan.FromSeconds(15);

    /// <summary>Where the files live. Required unless a storage is passed to <see cref="Journal.Open"/>.</summary>
    public string Directory { get; set; } = "";

    /// <summary>A log file is closed and a new one begun beyond this size. Default 16 MiB; 64 KiB to 1 GiB.</summary>
    public int SegmentBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>A snapshot is asked for when the log has grown by this much since the last. Default 64 MiB; 64 KiB to 64 GiB.</summary>
    public long SnapshotAfterBytes { get; set; } = 64L * 1024 * 1024;

    /// <summary>The largest record. Default 1 MiB; 1 KiB to 16 MiB.</summary>
    public int MaxRecordBytes { get; set; } = 1024 * 1024;

    /// <summary>
    /// Bytes that may wait for the disk; beyond it records are dropped and the journal is degraded. Default 64 MiB;
    /// at least twice <see cref="MaxRecordBytes"/>, at most 1 GiB.
    /// </summary>
    public int MaxQueuedBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>
    /// The log is zero-filled ahead by this much, which halves the latency of fdatasync: the file's size and block map
    /// then do not change with each group. Default 1 MiB; 0 (off) to 64 MiB.
    /// </summary>
    public int PreallocateBytes { get; set; } = 1024 * 1024;

    /// <summary>
    /// Snapshots kept, with the logs since the oldest of them, so that a damaged newest one can be done without.
    /// Default 2; 1 to 8.
    /// </summary>
    public int SnapshotsKept { get; set; } = 2;

    /// <summary>First wait before a snapshot is asked for again after a failure; doubles up to 15 s. Default 1 s; 10 ms to 15 s.</summary>
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Every problem with these values, in words for an operator; empty when they are fine.</summary>
    public IReadOnlyList<string> Validate()
    {
        var problems = new List<string>();
        CheckRange(problems, nameof(SegmentBytes), SegmentBytes, 64 * 1024, 1024 * 1024 * 1024);
        CheckRange(problems, nameof(SnapshotAfterBytes), SnapshotAfterBytes, 64 * 1024, 64L * 1024 * 1024 * 1024);
        CheckRange(problems, nameof(MaxRecordBytes), MaxRecordBytes, 1024, Frame.MaxRecordBytes);
        CheckRange(problems, nameof(MaxQueuedBytes), MaxQueuedBytes, 2L * MaxRecordBytes, 1024 * 1024 * 1024);
        CheckRange(problems, nameof(PreallocateBytes), PreallocateBytes, 0, 64 * 1024 * 1024);
        CheckRange(problems, nameof(SnapshotsKept), SnapshotsKept, 1, 8);
        if (RetryAfter < TimeSpan.FromMilliseconds(10) || RetryAfter > MaxRetryAfter)
        {
            problems.Add($"{nameof(RetryAfter)} must be between 10 ms and 15 s, not {RetryAfter}.");
        }

        return problems;
    }

    private static void CheckRange(List<string> problems, string name, long value, long min, long max)
    {
        if (value < min || value > max)
        {
            problems.Add($"{name} must be between {min} and {max}, not {value}.");
        }
    }
}
