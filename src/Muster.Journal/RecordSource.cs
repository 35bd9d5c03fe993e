namespace Muster.Journal;

/// <summary>Where a recovered record was found.</summary>
public enum RecordSource
{
    /// <summary>In the snapshot: part of the state at the snapshot's sequence.</summary>
    Snapshot,

    /// <summary>In the log: appended after the snapshot.</summary>
    Log,
}
