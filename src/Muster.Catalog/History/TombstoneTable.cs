using System.Diagnostics.CodeAnalysis;
using Muster.Model;

namespace Muster.Catalog;

/// <summary>
/// The tombstones, oldest first out: by the age of their version (so that servers that hold the same versions drop the
/// same ones), and by a bound on their number.
/// </summary>
internal sealed class TombstoneTable(TimeSpan age, int most, Action<Tombstone>? dropped = null)
{
    /// <summary>
    /// The horizon moves in steps of a minute of version time, at the same moment on every server with the right time:
    /// else each would drop at a moment of its own, and their digests would hardly ever be equal.
    /// </summary>
    private const long Step = 60_000_000;

    private readonly Dictionary<(string Node, string Id), Tombstone> _tombstones = new(new KeyComparer());
    private readonly PriorityQueue<Tombstone, EntryVersion> _byAge = new();
    private int _withEpoch;

    internal int Count => _tombstones.Count;

    internal IEnumerable<Tombstone> All => _tombstones.Values;

    internal void Add(Tombstone tombstone)
    {
        Remove(tombstone.Node, tombstone.InstanceId);
        _tombstones[(tombstone.Node, tombstone.InstanceId)] = tombstone;
        _withEpoch += tombstone.Epoch > 0 ? 1 : 0;
        _byAge.Enqueue(tombstone, tombstone.Version);
        while (_byAge.Count > most)
        {
            DropOldest();
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

    /// <summary>Whether a tombstone of this version is too old to be kept at <paramref name="now"/>.</summary>
    internal bool IsOld(EntryVersion version, DateTimeOffset now) => version.Clock < VersionClock.Microseconds(now - age) / Step * Step;

    /// <summary>Drops tombstones whose version is older than the age allowed at <paramref name="now"/>.</summary>
    internal void DropOld(DateTimeOffset now)
    {
        while (_byAge.TryPeek(out _, out EntryVersion oldest) && IsOld(oldest, now))
        {
            DropOldest();
        }
    }

    private void DropOldest()
    {
        Tombstone oldest = _byAge.Dequeue();
        if (TryGet(oldest.Node, oldest.InstanceId, out Tombstone? present) && ReferenceEquals(present, oldest))
        {
            Remove(oldest.Node, oldest.InstanceId);
            dropped?.Invoke(oldest);
        }
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
