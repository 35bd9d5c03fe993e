namespace Muster.Journal;

/// <summary>A consistent look at the journal, for health pages and metrics.</summary>
public sealed record JournalStatus
{
    /// <summary>Whether what is appended becomes durable.</summary>
    public required JournalState State { get; init; }

    /// <summary>Why it is degraded, in plain words; null when healthy.</summary>
    public required string? Reason { get; init; }

    /// <summary>The sequence of the last appended record, durable or not; 0 before the first.</summary>
    public required long LastSequence { get; init; }

    /// <summary>Everything up to this sequence survives a crash.</summary>
    public required long DurableSequence { get; init; }

    /// <summary>The sequence up to which the newest durable snapshot reaches; 0 without one.</summary>
    public required long SnapshotSequence { get; init; }

    /// <summary>Bytes appended and not yet durable.</summary>
    public required long QueuedBytes { get; init; }

    /// <summary>Log files kept.</summary>
    public required int SegmentCount { get; init; }

    /// <summary>Record bytes written to logs since the journal was opened, framing included, preallocation excluded.</summary>
    public required long BytesWritten { get; init; }

    /// <summary>Groups made durable since the journal was opened; each cost one fdatasync.</summary>
    public required long GroupsWritten { get; init; }

    /// <summary>Records not written because the journal was degraded, since it was opened.</summary>
    public required long DroppedRecords { get; init; }

    /// <summary>How long the last fdatasync of a group took.</summary>
    public required TimeSpan LastSyncDuration { get; init; }

    /// <summary>Why the last snapshot failed; null if it did not.</summary>
    public required string? SnapshotFailure { get; init; }
}
