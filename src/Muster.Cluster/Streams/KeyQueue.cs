namespace Muster.Cluster.Streams;

/// <summary>
/// The keys of changed entries that wait for one peer, oldest first, each once: however often an entry changes meanwhile, the
/// peer gets its last state. Bounded.
/// </summary>
internal sealed class KeyQueue(int most)
{
    private readonly HashSet<ulong> _waiting = [];
    private QueuedKey[] _ring = new QueuedKey[64];
    private int _head;

    internal int Count { get; private set; }

    /// <summary>How many keys were taken off since the queue was made.</summary>
    internal long Taken { get; private set; }

    /// <summary>How many keys were put on since the queue was made.</summary>
    internal long Added => Taken + Count;

    /// <summary>When the oldest key was put on.</summary>
    internal TimeSpan OldestAt => _ring[_head].At;

    /// <summary>Puts a key on, unless it waits already; false when the queue is full.</summary>
    internal bool TryAdd(ulong key, TimeSpan now)
    {
        if (Count >= most)
        {
            return _waiting.Contains(key);
        }

        if (_waiting.Add(key))
        {
            if (Count == _ring.Length)
            {
                Grow();
            }

            _ring[(_head + Count) & (_ring.Length - 1)] = new QueuedKey(key, now);
            Count++;
        }

        return true;
    }

    /// <summary>Copies the oldest keys; returns how many.</summary>
    internal int Peek(Span<ulong> into)
    {
        int count = Math.Min(Count, into.Length);
        for (int i = 0; i < count; i++)
        {
            into[i] = _ring[(_head + i) & (_ring.Length - 1)].Key;
        }

        return count;
    }

    /// <summary>Takes the oldest keys off.</summary>
    internal void Remove(int count)
    {
        for (int i = 0; i < count; i++)
        {
            _waiting.Remove(_ring[_head].Key);
            _head = (_head + 1) & (_ring.Length - 1);
        }

        Count -= count;
        Taken += count;
    }

    private void Grow()
    {
        var larger = new QueuedKey[_ring.Length * 2];
        for (int i = 0; i < Count; i++)
        {
            larger[i] = _ring[(_head + i) & (_ring.Length - 1)];
        }

        _ring = larger;
        _head = 0;
    }

    private readonly record struct QueuedKey(ulong Key, TimeSpan At);
}
