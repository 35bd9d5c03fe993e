using Muster.Model;

namespace Muster.Catalog;

/// <summary>
/// The tombstones, oldest first out: by the age of their version (so that servers that hold the same versions drop the
/// same ones), and by a bound on their number.
/// </summary>
internal sealed class TombstoneTable(TimeSpan age, int most)
{
    private readonly Dictionary<(string Node, string Id), EntryVersion> _versions = new(new KeyComparer());
    private readonly Dictionary<(string Node, string Id), long> _epochs = new(new KeyComparer()); // of those that have one
    private readonly Queue<Tombstone> _byAge = new();

    internal int Count => _versions.Count;

    internal IEnumerable<Tombstone> All => _versions.Select(pair => new Tombstone(pair.Key.Node, pair.Key.Id, pair.Value, _epochs.GetValueOrDefault(pair.Key)));

    internal void Add(in Tombstone tombstone)
    {
        _versions[(tombstone.Node, tombstone.InstanceId)] = tombstone.Version;
        if (tombstone.Epoch > 0)
        {
            _epochs[(tombstone.Node, tombstone.InstanceId)] = tombstone.Epoch;
        }
        else
        {
            _epochs.Remove((tombstone.Node, tombstone.InstanceId));
        }

        _byAge.Enqueue(tombstone);
        while (_byAge.Count > most)
        {
            DropOldest();
        }
    }

    /// <summary>The version at which an instance was deregistered, if that is still remembered.</summary>
    internal bool TryGet(string node, string id, out EntryVersion version) => _versions.TryGetValue((node, id), out version);

    /// <summary>The epoch in which an instance was deregistered, 0 when that is not remembered.</summary>
    internal long EpochOf(string node, string id) => _epochs.Count == 0 ? 0 : _epochs.GetValueOrDefault((node, id));

    /// <summary>Forgets a tombstone: the instance was registered anew, with a newer version.</summary>
    internal void Remove(string node, string id)
    {
        _versions.Remove((node, id));
        _epochs.Remove((node, id));
    }

    /// <summary>Drops tombstones whose version is older than the age allowed at <paramref name="now"/>.</summary>
    internal void DropOld(DateTimeOffset now)
    {
        long horizon = VersionClock.Microseconds(now - age);
        while (_byAge.TryPeek(out Tombstone oldest) && oldest.Version.Clock < horizon)
        {
            DropOldest();
        }
    }

    private void DropOldest()
    {
        Tombstone oldest = _byAge.Dequeue();
        (string, string) key = (oldest.Node, oldest.InstanceId);
        if (_versions.TryGetValue(key, out EntryVersion version) && version == oldest.Version)
        {
            _versions.Remove(key);
            _epochs.Remove(key);
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
