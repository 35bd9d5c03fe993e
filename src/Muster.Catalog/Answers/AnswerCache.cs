namespace Muster.Catalog;

/// <summary>
/// Keeps encoded answers on their snapshots within one budget of bytes. A hit is one read of a field; only misses,
/// replacements and evictions take the lock. Eviction is the clock algorithm: a second chance for what was read.
/// </summary>
/// <remarks>
/// What was encoded for a snapshot is of use once more when the next one replaces it: most instances are the same. So an
/// answer that can lend its parts is bequeathed, and leaves when the successor's own answer is set.
/// </remarks>
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

    /// <summary>The memoized answer, encoded now by one of those that ask if there is none: see <see cref="BeginEncoding"/>. Any thread.</summary>
    public TMemo GetOrEncode<TMemo, TState>(ServiceSnapshot snapshot, MemoSlot slot, TState state, Func<ServiceSnapshot, TState, TMemo> encode)
        where TMemo : Memo
    {
        if (Get(snapshot, slot) is TMemo hit)
        {
            return hit;
        }

        using Lock.Scope alone = BeginEncoding(snapshot, slot);
        if (Get(snapshot, slot) is TMemo made)
        {
            return made;
        }

        TMemo memo = encode(snapshot, state);
        Set(snapshot, slot, memo);
        return memo;
    }

    /// <summary>
    /// For who found no answer and is about to encode one: lets one at a time encode for a snapshot until the scope ends. All
    /// that wait for a service wake at once; one of them encodes, the others wait for that, look again and find it, and so
    /// there is one copy of the bytes, however slowly each sends them. Any thread.
    /// </summary>
    public Lock.Scope BeginEncoding(ServiceSnapshot snapshot, MemoSlot slot)
    {
        Lock.Scope alone = snapshot.EncodingOf(slot).EnterScope();
        if (Volatile.Read(ref snapshot.Superseded))
        {
            // not kept any more, so each needs its own, and need not wait for the others'
            alone.Dispose();
            return default;
        }

        return alone;
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

            if (snapshot.Inherited?.Memos[(int)slot] is { } inherited)
            {
                Evict(inherited);
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

    /// <summary>The answer that an earlier snapshot left in this slot, as long as there is no newer one; its parts may be used. Any thread.</summary>
    public Memo? GetInherited(ServiceSnapshot snapshot, MemoSlot slot) => snapshot.Inherited?.Memos[(int)slot];

    /// <summary>
    /// Frees everything on a snapshot that is no longer the present one, but for what <paramref name="next"/>, which is
    /// not yet published, can make use of.
    /// </summary>
    internal void Succeed(ServiceSnapshot snapshot, ServiceSnapshot? next)
    {
        lock (_gate)
        {
            snapshot.Superseded = true;
            for (int slot = 0; slot < MemoSlots.Count; slot++)
            {
                Memo? left = snapshot.Memos[slot] ?? snapshot.Inherited?.Memos[slot];
                if (left is { LendsParts: true } && next is not null)
                {
                    Bequeath(left, slot, next);
                }
                else if (left is not null)
                {
                    Evict(left);
                }
            }
        }
    }

    private static void Bequeath(Memo memo, int slot, ServiceSnapshot next)
    {
        Clear(memo.Owner!, memo);
        memo.Owner = next;
        memo.Touched = false;
        next.Inherited ??= new InheritedMemos();
        next.Inherited.Memos[slot] = memo;
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
        Clear(memo.Owner!, memo);
        Forget(memo);
    }

    private static void Clear(ServiceSnapshot owner, Memo memo)
    {
        for (int slot = 0; slot < MemoSlots.Count; slot++)
        {
            if (ReferenceEquals(owner.Memos[slot], memo))
            {
                Volatile.Write(ref owner.Memos[slot], null);
            }

            if (owner.Inherited is { } inherited && ReferenceEquals(inherited.Memos[slot], memo))
            {
                inherited.Memos[slot] = null;
            }
        }
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
