namespace Muster.Journal;

/// <summary>How writing a snapshot ended.</summary>
/// <param name="Sequence">The sequence it stands for.</param>
/// <param name="Records">Records written.</param>
/// <param name="Failure">Why it is not durable; null when it is.</param>
public readonly record struct SnapshotOutcome(long Sequence, long Records, string? Failure)
{
    /// <summary>Whether the snapshot survives a crash.</summary>
    public bool IsDurable => Failure is null;
}
