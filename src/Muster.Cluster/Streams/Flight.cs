namespace Muster.Cluster.Streams;

/// <summary>The batches that a peer has not confirmed yet, oldest first.</summary>
internal sealed class Flight
{
    /// <summary>The most batches on their way: what is more waits as keys, of which a later change costs nothing.</summary>
    internal const int MaxBatches = 32;

    private readonly TimeSpan[] _since = new TimeSpan[MaxBatches];

    /// <summary>The number of the last batch that was sent.</summary>
    internal long Sent { get; private set; }

    /// <summary>The number of the last batch that was confirmed.</summary>
    internal long Confirmed { get; private set; }

    internal int Count => (int)(Sent - Confirmed);

    internal bool IsFull => Count == MaxBatches;

    /// <summary>When the oldest change of the oldest batch was made.</summary>
    internal TimeSpan OldestSince => _since[(Confirmed + 1) % MaxBatches];

    /// <summary>Notes a batch whose oldest change was made at <paramref name="since"/>; its number is <see cref="Sent"/>.</summary>
    internal void Add(TimeSpan since)
    {
        Sent++;
        _since[Sent % MaxBatches] = since;
    }

    /// <summary>
    /// Notes a confirmation, of this batch and all before; false when it is no news, or nonsense.
    /// <paramref name="since"/> is when the oldest change of this batch was made.
    /// </summary>
    internal bool TryConfirm(long number, out TimeSpan since)
    {
        since = default;
        if (number <= Confirmed || number > Sent)
        {
            return false;
        }

        since = _since[number % MaxBatches];
        Confirmed = number;
        return true;
    }
}
