namespace Muster.Catalog;

/// <summary>
/// Keeps encoded answers on their snapshots within one budget of bytes. A hit is one read of a field; only misses,
/// replacements and evictions take the lock. Eviction is the clock algorithm: a second chance for what was read.
/// </summary>
public sealed class AnswerCache
{
    private readonly Lock _gate = new();
    private readonly List<Memo> _memos = [];
    private readonly long _budget;
    private long _bytes;
    private long _evictions;
    private int _hand;

    internal AnswerCache(long budget) => _budget = budget;

    /// <summary>Bytes held now.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>The most bytes that may be held.</summary>
    public long Budget => _budget;

    /// <summary>How many answers had to make room for others.</summary>
    public long Evictions => Volatile.Read(ref _evictions);

    /// <summary>The memoized answer, null on a miss. Any thread, no lock.</summary>
    public Memo? Get(ServiceSnapshot snapshot, MemoSlot slot)
    {
        Memo? memo = Volatile.Read(ref snapshot.Memos[(int)slot]);
        if (memo is not null && !memo.Touched)
        {
            memo.Touched = true;
        }

        return memo;
    }

    /// <summary>
    /// Keeps an answer, unless its snapshot was superseded or it is larger than the whole budget. One memo may stand in
    /// several slots of its snapshot; it counts once.
    /// </summary>
    public void Set(ServiceSnapshot snapshot, MemoSlot slot, Memo memo)
    {
        lock (_gate)
        {
            if (snapshot.Superseded || memo.Bytes > _budget || (memo.Owner is not null && memo.Owner != snapshot))
            {
                return;
            }

            Memo? before = snapshot.Memos[(int)slot];
            if (ReferenceEquals(before, memo))
            {
                return;
            }

            if (memo.Owner is null)
            {
                memo.Owner = snapshot;
                memo.Position = _memos.Count;
                _memos.Add(memo);
                _bytes += memo.Bytes;
            }

            Volatile.Write(ref snapshot.Memos[(int)slot], memo);
            if (before is not null && !Holds(snapshot, before))
            {
                Forget(before);
            }

            EvictToBudget(memo);
        }
    }

    /// <summary>Frees everything on a snapshot that a newer one replaced.</summary>
    internal void Drop(ServiceSnapshot snapshot)
    {
        lock (_gate)
        {
            snapshot.Superseded = true;
            for (int slot = 0; slot < MemoSlots.Count; slot++)
            {
                if (snapshot.Memos[slot] is { } memo)
                {
                    Evict(memo);
                }
            }
        }
    }

    private void EvictToBudget(Memo keep)
    {
        while (_bytes > _budget)
        {
            _hand = _hand >= _memos.Count ? 0 : _hand;
            Memo candidate = _memos[_hand];
            if (candidate.Touched || ReferenceEquals(candidate, keep))
            {
                candidate.Touched = false;
                _hand++;
                continue;
            }

            Evict(candidate);
            _evictions++;
        }
    }

    private void Evict(Memo memo)
    {
        ServiceSnapshot owner = memo.Owner!;
        for (int slot = 0; slot < MemoSlots.Count; slot++)
        {
            if (ReferenceEquals(owner.Memos[slot], memo))
            {
                Volatile.Write(ref owner.Memos[slot], null);
            }
        }

        Forget(memo);
    }

    private void Forget(Memo memo)
    {
        Memo last = _memos[^1];
        _memos[memo.Position] = last;
        last.Position = memo.Position;
        _memos.RemoveAt(_memos.Count - 1);
        _bytes -= memo.Bytes;
        memo.Owner = null;
    }

    private static bool Holds(ServiceSnapshot snapshot, Memo memo)
    {
        for (int slot = 0; slot < MemoSlots.Count; slot++)
        {
            if (ReferenceEquals(snapshot.Memos[slot], memo))
            {
                return true;
            }
        }

        return false;
    }
}
