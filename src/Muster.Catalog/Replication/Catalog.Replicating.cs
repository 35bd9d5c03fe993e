using Muster.Model;

namespace Muster.Catalog;

// What peers see of the catalog, and what they are told.
public sealed partial class Catalog
{
    private readonly EntryIndex? _entries;
    private readonly IdPlaces? _places;
    private readonly ReplicaSet? _replica;
    private IReplicationSink[] _sinks = [];

    /// <summary>This server in versions and tenures.</summary>
    public uint Origin => _versions.Origin;

    /// <summary>The catalog as its peers see it. Only with <see cref="CatalogOptions.Replicated"/>.</summary>
    public ReplicaSet Replica => _replica ?? throw new InvalidOperationException("The catalog is not replicated.");

    internal long HighestClock => _versions.Highest;

    internal EntryIndex Entries => _entries!;

    internal bool ObserveClock(long clock)
    {
        lock (_gate)
        {
            if (Rules.IsTooFarAhead(clock, VersionClock.Microseconds(_time.GetUtcNow()), Options.MaxClockLead))
            {
                return false;
            }

            _versions.Observe(new EntryVersion(clock, 0));
            return true;
        }
    }

    internal void CopyDigests(Span<ulong> buckets)
    {
        lock (_gate)
        {
            _entries!.Digests.CopyTo(buckets);
        }
    }

    internal int CopyBucket(int bucket, List<EntryStamp> into)
    {
        lock (_gate)
        {
            return _entries!.CopyBucket(bucket, into);
        }
    }

    internal bool TryWriteFact(ulong key, PackWriter into)
    {
        object? entry;
        lock (_gate)
        {
            _entries!.TryGet(key, out entry);
            entry = entry is Node register ? register.Entry.Current : entry; // with its last output
        }

        switch (entry)
        {
            case Instance instance:
                FactCodec.Write(into, instance);
                return true;
            case Node node:
                FactCodec.Write(into, node);
                return true;
            case Tombstone tombstone:
                FactCodec.Write(into, tombstone);
                return true;
            default:
                return false;
        }
    }

    internal void KeepRemovals(bool keep)
    {
        lock (_gate)
        {
            _tombstones.KeepsAside = keep;
        }
    }

    internal void Subscribe(IReplicationSink sink)
    {
        lock (_gate)
        {
            _sinks = [.. _sinks, sink];
        }
    }

    private void TellPeers(in CatalogChange change)
    {
        if (_sinks.Length == 0)
        {
            return;
        }

        Instance? instance = change.After ?? change.Before;
        ulong key = instance is not null ? _entries!.KeyOf(instance) : _entries!.KeyOf(change.Node!.Entry);
        foreach (IReplicationSink sink in _sinks)
        {
            sink.OnLocalChange(key);
        }
    }

    private void AddTombstone(Tombstone tombstone)
    {
        bool isAside = IsAside(tombstone, _time.GetUtcNow());

        // entered first, so that it goes again if there are too many and this is the oldest
        _entries?.Set(tombstone, isAside);
        _tombstones.Add(tombstone, isAside);
    }

    private bool IsAside(Tombstone tombstone, DateTimeOffset now) => _tombstones.IsOld(tombstone.Version, now) && !IsShown(tombstone);

    /// <summary>
    /// Whether something lives on a node that was removed: it shows the address that only the tombstone knows. So that it shows it
    /// at every server, also at one that comes later, the tombstone is told as long as that lives.
    /// </summary>
    private bool IsShown(Tombstone tombstone) =>
        tombstone.InstanceId.Length == 0 && _nodes.TryGetValue(tombstone.Node, out NodeEntry? home) && home.Current.IsPlaceholder;

    /// <summary>Something has begun to live on a node that was removed, or nothing does any more: its tombstone is entered anew, as another one.</summary>
    private void ReenterTombstone(string node)
    {
        if (_tombstones.TryGet(node, "", out Tombstone? tombstone))
        {
            AddTombstone(tombstone with { });
        }
    }

    /// <summary>Remembers the removal of what was never here, on the disk too.</summary>
    private void Bury(Tombstone tombstone)
    {
        AddTombstone(tombstone);
        _sequence = _log.Append(new CatalogChange { Kind = ChangeKind.InstanceRemoved, Version = tombstone.Version, Index = _index, Tombstone = tombstone });
    }

    /// <summary>Enters everything that was loaded.</summary>
    private void IndexEntries()
    {
        DateTimeOffset now = _time.GetUtcNow();
        _tombstones.Age(now);
        _entries!.Clear();
        foreach (Tombstone tombstone in _tombstones.All)
        {
            _entries.Set(tombstone, IsAside(tombstone, now));
        }

        foreach (NodeEntry home in _nodes.Values.OrderBy(home => home.SortName, StringComparer.Ordinal))
        {
            _entries.Set(home);
            foreach (Instance instance in InstancesOn(home.Current))
            {
                _entries.Set(instance);
            }

            foreach ((string id, _) in home.NamedChecks)
            {
                _entries.NameCheck(home, id);
            }
        }
    }
}
