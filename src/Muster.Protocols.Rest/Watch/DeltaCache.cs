namespace Muster.Protocols.Rest.Watch;

/// <summary>
/// Encoded changes, shared by all watches that go the same step in the same shape: one that thousands see is encoded once.
/// A change is of use only until everybody has made the step, so there are few places and no order among them.
/// </summary>
/// <remarks>
/// Any thread. A hit takes no lock: a place holds an immutable entry, and whoever comes later takes it over. Only those that
/// encode take turns.
/// </remarks>
internal sealed class DeltaCache(long budget)
{
    private const int Places = 1024;

    private const int Turns = 64;

    private readonly Lock _gate = new();
    private readonly Lock[] _encoding = [.. Enumerable.Range(0, Turns).Select(static _ => new Lock())];
    private readonly Entry?[] _entries = new Entry?[Places];
    private long _bytes;

    /// <summary>Bytes held now.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>The lines of a step, if they are known.</summary>
    public bool TryGet(in DeltaKey key, out ReadOnlyMemory<byte> lines)
    {
        Entry? entry = Volatile.Read(ref _entries[PlaceOf(key)]);
        bool found = entry is not null && entry.Key == key;
        lines = found ? entry!.Lines : default;
        return found;
    }

    /// <summary>
    /// For who did not find the lines of a step: lets one at a time encode them until the scope ends. Those that waited look
    /// again, and find what the first one kept.
    /// </summary>
    public Lock.Scope BeginEncoding(in DeltaKey key) => _encoding[PlaceOf(key) % Turns].EnterScope();

    /// <summary>Keeps the lines of a step, unless they are larger than the whole budget: the larger they are, the less may each watch have its own.</summary>
    public void Set(in DeltaKey key, ReadOnlyMemory<byte> lines)
    {
        if (lines.Length > budget)
        {
            return;
        }

        lock (_gate)
        {
            if (Bytes + lines.Length > budget)
            {
                Clear();
            }

            Put(PlaceOf(key), new Entry(key, lines));
        }
    }

    private void Clear()
    {
        for (int place = 0; place < Places; place++)
        {
            Put(place, null);
        }
    }

    private void Put(int place, Entry? entry)
    {
        Entry? before = Interlocked.Exchange(ref _entries[place], entry);
        Interlocked.Add(ref _bytes, (entry?.Lines.Length ?? 0) - (before?.Lines.Length ?? 0));
    }

    private static int PlaceOf(in DeltaKey key) => (int)((uint)key.GetHashCode() % Places);

    private sealed record Entry(DeltaKey Key, ReadOnlyMemory<byte> Lines);
}
