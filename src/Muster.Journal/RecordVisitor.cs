namespace Muster.Journal;

/// <summary>Receives one recovered record: first all of the snapshot, then the log in the order of appending.</summary>
/// <param name="source">Where it was found.</param>
/// <param name="sequence">A log record's sequence; for a snapshot's record, the sequence the snapshot reaches to.</param>
/// <param name="record">The record, valid only during the call.</param>
public delegate void RecordVisitor(RecordSource source, long sequence, ReadOnlySpan<byte> record);
