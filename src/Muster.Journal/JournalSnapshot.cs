namespace Muster.Journal;

/// <summary>A snapshot that was begun: the place in the log it stands for. Write it once, or dispose it to give it up.</summary>
public sealed class JournalSnapshot : IDisposable
{
    private readonly Journal _journal;
    private int _ended;

    internal JournalSnapshot(Journal journal, long sequence, int chain)
    {
        _journal = journal;
        Sequence = sequence;
        Chain = chain;
    }

    /// <summary>The last record whose effect the state must contain, and none after.</summary>
    public long Sequence { get; }

    internal int Chain { get; }

    /// <summary>
    /// Writes the state, makes it durable and deletes what it replaces. Blocks while writing; call it outside any lock.
    /// A storage failure is an outcome; what <paramref name="write"/> throws itself gives the snapshot up and passes through.
    /// </summary>
    /// <param name="write">Writes the state, record by record.</param>
    public SnapshotOutcome Write(Action<SnapshotWriter> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        if (Interlocked.Exchange(ref _ended, 1) != 0)
        {
            throw new InvalidOperationException("This snapshot was already written or given up.");
        }

        try
        {
            return _journal.WriteSnapshot(this, write);
        }
        finally
        {
            _journal.EndSnapshot(this);
        }
    }

    /// <summary>Gives the snapshot up if it was not written. The log stays whole.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _ended, 1) == 0)
        {
            _journal.EndSnapshot(this);
        }
    }
}
