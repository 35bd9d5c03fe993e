using System.Diagnostics.CodeAnalysis;
using Muster.Model;

namespace Muster.Catalog;

/// <summary>
/// The tombstones, oldest first out: by the age of their version, and by a bound on their number. Those of which everybody must
/// have heard are set aside: servers no longer compare them. They are kept all the same while a server is away that may come
/// back with what they removed. One that is held stays compared, however old, until it is added anew.
/// </summary>
/// <param name="age">How old a tombstone is when it is set aside.</param>
/// <param name="longest">How old it is when it goes, whoever is away.</param>
/// <param name="most">How many are kept.</param>
/// <param name="setAside">Told of each that is set aside.</param>
/// <param name="dropped">Told of each that goes.</param>
/// <param name="isHeld">Asked before one is set aside or goes: whether something that is here shows it.</param>
internal sealed class TombstoneTable(
    TimeSpan age, TimeSpan longest, int most, Action<Tombstone>? setAside = null, Action<Tombstone>? dropped = null, Func<Tombstone, bool>? isHeld = null)
{
    /// <summary>How many are kept beyond their age: some 80 MB.</summary>
    internal const int MostAside = 200_000;

    /// <summary>
    /// The horizon moves in steps of a minute of version time, at the same moment on every server with the right time:
    /// else each would set aside at a moment of its own, and their digests would hardly ever be equal.
    /// </summary>
    private const long Step = 60_000_000;

    /// <summary>When the last server is back, hours of tombstones go: not all of them in one tick.</summary>
    private const int MostDroppedAtOnce = 4096;

    private const int FewEntries = 4096;

    private readonly Dictionary<(string Node, string Id), Tombstone> _tombstones = new(new KeyComparer());
    private readonly PriorityQueue<Tombstone, EntryVersion> _compared = new();
    private readonly PriorityQueue<Tombstone, EntryVersion> _aside = new();
    private int _withEpoch;

    internal int Count => _tombstones.Count;

    internal IEnumerable<Tombstone> All => _tombstones.Values;

    /// <summary>Whether those set aside are kept.</summary>
    internal bool KeepsAside { get; set; }

    internal void Add(Tombstone tombstone, bool isAside = false)
    {
        Remove(tombstone.Node, tombstone.InstanceId);
        _tombstones[(tombstone.Node, tombstone.InstanceId)] = tombstone;
        _withEpoch += tombstone.Epoch > 0 ? 1 : 0;
        (isAside ? _aside : _compared).Enqueue(tombstone, tombstone.Version);
        if (_compared.Count + _aside.Count > (2 * _tombstones.Count) + FewEntries)
        {
            Compact(_compared);
            Compact(_aside);
        }

        while (_tombstones.Count > most && _aside.Count + _compared.Count > 0)
        {
            DropOldest(_aside.Count > 0 ? _aside : _compared);
        }
    }

    /// <summary>Finds what is remembered of a removal.</summary>
    internal bool TryGet(string node, string id, [NotNullWhen(true)] out Tombstone? tombstone) => _tombstones.TryGetValue((node, id), out tombstone);

    /// <summary>The epoch in which an instance was deregistered, 0 when that is not remembered.</summary>
    internal long EpochOf(string node, string id) => _withEpoch > 0 && TryGet(node, id, out Tombstone? tombstone) ? tombstone.Epoch : 0;

    /// <summary>Forgets a tombstone: the instance was registered anew, with a newer version.</summary>
    internal void Remove(string node, string id)
    {
        if (_tombstones.Remove((node, id), out Tombstone? former) && former.Epoch > 0)
        {
            _withEpoch--;
        }
    }

    /// <summary>Whether a tombstone of this version is set aside at <paramref name="now"/>.</summary>
    internal bool IsOld(EntryVersion version, DateTimeOffset now) => IsOlder(version, age, now);

    /// <summary>Whether a tombstone of this version is not kept any more at <paramref name="now"/>.</summary>
    internal bool IsForgotten(EntryVersion version, DateTimeOffset now) => IsOlder(version, KeepsAside && longest > age ? longest : age, now);

    /// <summary>Sets aside those that are old at <paramref name="now"/>, and drops those that are not to be kept any longer.</summary>
    internal void Age(DateTimeOffset now)
    {
        while (_compared.TryPeek(out Tombstone? oldest, out EntryVersion version) && IsOld(version, now))
        {
            _compared.Dequeue();
            if (IsPresent(oldest) && !IsHeld(oldest))
            {
                _aside.Enqueue(oldest, version);
                setAside?.Invoke(oldest);
            }
        }

        if (_aside.Count > MostAside)
        {
            Compact(_aside);
        }

        for (int left = MostDroppedAtOnce; left > 0 && _aside.TryPeek(out _, out EntryVersion oldest) && (_aside.Count > MostAside || IsForgotten(oldest, now)); left--)
        {
            DropOldest(_aside);
        }
    }

    private static bool IsOlder(EntryVersion version, TimeSpan age, DateTimeOffset now) => version.Clock < VersionClock.Microseconds(now - age) / Step * Step;

    private void DropOldest(PriorityQueue<Tombstone, EntryVersion> queue)
    {
        Tombstone oldest = queue.Dequeue();
        if (IsPresent(oldest) && !IsHeld(oldest))
        {
            Remove(oldest.Node, oldest.InstanceId);
            dropped?.Invoke(oldest);
        }
    }

    private bool IsHeld(Tombstone tombstone) => isHeld is not null && isHeld(tombstone);

    /// <summary>False for what a queue still holds although its instance was registered, and perhaps removed, once more.</summary>
    private bool IsPresent(Tombstone tombstone) =>
        TryGet(tombstone.Node, tombstone.InstanceId, out Tombstone? present) && ReferenceEquals(present, tombstone);

    /// <summary>Takes out what is not present any more, so that one instance that comes and goes all the time does not fill a queue.</summary>
    private void Compact(PriorityQueue<Tombstone, EntryVersion> queue)
    {
        (Tombstone, EntryVersion)[] present = [.. queue.UnorderedItems.Where(item => IsPresent(item.Element))];
        queue.Clear();
        queue.EnqueueRange(present);
    }

    /// <summary>Nodes without case, as everywhere: a node that comes back in other letters finds its tombstones. Ids exactly.</summary>
    private sealed class KeyComparer : IEqualityComparer<(string Node, string Id)>
    {
        public bool Equals((string Node, string Id) left, (string Node, string Id) right) =>
            left.Id == right.Id && left.Node.Equals(right.Node, StringComparison.OrdinalIgnoreCase);

        public int GetHashCode((string Node, string Id) key) =>
            HashCode.Combine(StringComparer.OrdinalIgnoreCase.GetHashCode(key.Node), key.Id);
    }
}
