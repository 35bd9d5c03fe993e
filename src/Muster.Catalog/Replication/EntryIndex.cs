using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text;
using Muster.Model;

namespace Muster.Catalog;

/// <summary>
/// Every entry by its key, and the digests of them all, kept as they change: a digest is the sum of its entries' stamps,
/// so that one of them is taken out and put in without looking at the others. Under the catalog's lock.
/// </summary>
internal sealed class EntryIndex(ulong seed)
{
    /// <summary>How many entries one search looks at, but for the rest of the last bucket: the catalog is locked meanwhile.</summary>
    private const int MostLookedAt = 16_384;

    private const int BucketShift = 64 - 10;

    private readonly SipHash _hash = new(seed);
    private readonly Dictionary<ulong, (object Entry, ulong Stamp)>?[] _buckets = new Dictionary<ulong, (object, ulong)>?[ReplicaSet.Buckets];
    private readonly ulong[] _digests = new ulong[ReplicaSet.Buckets];
    private readonly Dictionary<ulong, (NodeEntry Home, string Id)> _namedChecks = [];
    private readonly Dictionary<uint, int> _ownedBy = [];

    /// <summary>Removals too old to be compared. Whoever comes with what they removed is told of them.</summary>
    private readonly Dictionary<ulong, Tombstone> _aside = [];

    private ulong _root;
    private int _count;

    internal ulong Root => Volatile.Read(ref _root);

    internal int Count => Volatile.Read(ref _count);

    internal ReadOnlySpan<ulong> Digests => _digests;

    /// <summary>Who is responsible for what may expire of an entry, if anything may. A node has no tenure: it is who wrote it last.</summary>
    internal static uint? OwnerOf(object entry) => entry switch
    {
        Instance instance => instance.Tenure.Owner,
        Node node when HasLeases(node.Checks) => node.Version.Origin,
        _ => null,
    };

    internal int CountOwnedBy(uint owner) => _ownedBy.GetValueOrDefault(owner);

    internal int CopyOwners(List<uint> into)
    {
        int before = into.Count;
        into.AddRange(_ownedBy.Where(owner => owner.Value > 0).Select(owner => owner.Key));
        return into.Count - before;
    }

    internal void Set(Instance instance)
    {
        ulong key = KeyOf(instance);
        Set(key, instance, StampOf(key, instance));
    }

    internal void Set(Tombstone tombstone, bool isAside)
    {
        if (isAside)
        {
            SetAside(tombstone);
            return;
        }

        ulong key = KeyOf(tombstone);
        Set(key, tombstone, StampOf(key, tombstone.Version, isTombstone: true));
    }

    /// <summary>Takes note of a node's register; a node that is only there for its instances has none.</summary>
    internal void Set(NodeEntry home)
    {
        if (!home.Current.IsPlaceholder)
        {
            ulong key = KeyOf(home);
            Set(key, home.Current, StampOf(key, home.Current.Version, isTombstone: false));
        }
    }

    /// <summary>Takes a removal out of the digests; it is still found by its key.</summary>
    internal void SetAside(Tombstone tombstone)
    {
        ulong key = KeyOf(tombstone);
        if (_buckets[key >> BucketShift] is { } entries && entries.TryGetValue(key, out (object Entry, ulong) present))
        {
            Remove(key, present.Entry);
        }

        _aside[key] = tombstone;
    }

    /// <summary>Forgets an entry without a trace, if the key still stands for it.</summary>
    internal void Remove(ulong key, object entry)
    {
        int bucket = (int)(key >> BucketShift);
        if (_buckets[bucket] is { } entries && entries.TryGetValue(key, out (object Entry, ulong Stamp) present) && ReferenceEquals(present.Entry, entry))
        {
            entries.Remove(key);
            CountOwner(present.Entry, -1);
            Add(bucket, 0 - present.Stamp);
            Volatile.Write(ref _count, _count - 1);
        }
        else if (_aside.TryGetValue(key, out Tombstone? tombstone) && ReferenceEquals(tombstone, entry))
        {
            _aside.Remove(key);
        }
    }

    internal void Remove(Tombstone tombstone) => Remove(KeyOf(tombstone), tombstone);

    /// <summary>The present state of an entry; of a node, the one that had the last new version.</summary>
    internal bool TryGet(ulong key, [NotNullWhen(true)] out object? entry)
    {
        (object? Entry, ulong Stamp) found = default;
        bool isThere = _buckets[key >> BucketShift] is { } entries && entries.TryGetValue(key, out found!);
        entry = isThere ? found.Entry : _aside.GetValueOrDefault(key);
        return entry is not null;
    }

    internal int CopyBucket(int bucket, List<EntryStamp> into)
    {
        Dictionary<ulong, (object Entry, ulong Stamp)>? entries = _buckets[bucket];
        foreach ((ulong key, (_, ulong stamp)) in entries ?? [])
        {
            into.Add(new EntryStamp(key, stamp));
        }

        return entries?.Count ?? 0;
    }

    /// <summary>
    /// Looks through a stretch of all entries, in an order that is the same in every run, for at most <paramref name="most"/>
    /// that some servers are responsible for.
    /// </summary>
    /// <param name="isMeant">Whether it is about what this server is responsible for.</param>
    /// <param name="chosen">Which keys.</param>
    /// <param name="most">When it is enough.</param>
    /// <param name="bucket">Where to begin, and then where to go on; 0 after the last one.</param>
    internal List<object> FindOwned(Predicate<uint> isMeant, Func<ulong, bool> chosen, int most, ref int bucket)
    {
        var found = new List<object>();
        int looked = 0;
        while (looked < MostLookedAt)
        {
            foreach ((ulong key, (object entry, _)) in _buckets[bucket] ?? [])
            {
                if (found.Count == most)
                {
                    return found;
                }

                looked++;
                if (OwnerOf(entry) is { } owner && isMeant(owner) && chosen(key))
                {
                    found.Add(entry);
                }
            }

            bucket = (bucket + 1) % ReplicaSet.Buckets;
            if (bucket == 0)
            {
                break;
            }
        }

        return found;
    }

    internal void NameCheck(NodeEntry home, string id) => _namedChecks[KeyOf(home, id)] = (home, id);

    internal void ForgetCheck(NodeEntry home, string id) => _namedChecks.Remove(KeyOf(home, id));

    internal bool TryFindNamedCheck(ulong key, out (NodeEntry Home, string Id) check) => _namedChecks.TryGetValue(key, out check);

    internal void Clear()
    {
        Array.Clear(_buckets);
        Array.Clear(_digests);
        _namedChecks.Clear();
        _ownedBy.Clear();
        _aside.Clear();
        _root = 0;
        _count = 0;
    }

    internal ulong KeyOf(NodeEntry home) => EntryKey.OfNode(_hash, home.SortName);

    /// <summary>The key of the lease of a check that has an id of its own.</summary>
    internal ulong KeyOf(NodeEntry home, string checkId) => EntryKey.OfNamedCheck(_hash, home.SortName, checkId);

    internal ulong KeyOf(Instance instance) => EntryKey.OfInstance(_hash, instance.Node.Entry.SortName, instance.Data.Id);

    internal ulong KeyOf(Tombstone tombstone)
    {
        string sortName = NameCase.Fold(tombstone.Node);
        return tombstone.InstanceId.Length == 0
            ? EntryKey.OfNode(_hash, sortName)
            : EntryKey.OfInstance(_hash, sortName, Encoding.UTF8.GetBytes(tombstone.InstanceId));
    }

    private void Set(ulong key, object entry, ulong stamp)
    {
        int bucket = (int)(key >> BucketShift);
        Dictionary<ulong, (object Entry, ulong Stamp)> entries = _buckets[bucket] ??= [];
        if (entries.TryGetValue(key, out (object Entry, ulong Stamp) former))
        {
            CountOwner(former.Entry, -1);
            Add(bucket, 0 - former.Stamp);
        }
        else
        {
            Volatile.Write(ref _count, _count + 1);
            _aside.Remove(key);
        }

        entries[key] = (entry, stamp);
        CountOwner(entry, 1);
        Add(bucket, stamp);
    }

    private void CountOwner(object entry, int change)
    {
        if (OwnerOf(entry) is { } owner)
        {
            ref int count = ref CollectionsMarshal.GetValueRefOrAddDefault(_ownedBy, owner, out _);
            count += change;
        }
    }

    private static bool HasLeases(CheckList checks)
    {
        foreach (Check check in checks)
        {
            if (check.Definition.Kind == CheckKind.Ttl)
            {
                return true;
            }
        }

        return false;
    }

    private void Add(int bucket, ulong stamp)
    {
        _digests[bucket] += stamp;
        Volatile.Write(ref _root, _root + stamp);
    }

    private static ulong StampOf(ulong key, Instance instance)
    {
        ulong stamp = StampOf(key, instance.Version, isTombstone: false);
        stamp = EntryKey.Mix(stamp ^ (((ulong)instance.Tenure.Epoch << 32) | instance.Tenure.Owner));
        foreach (Check check in instance.Checks)
        {
            stamp = StampOf(stamp, check.StatusVersion, isTombstone: false);
        }

        return stamp;
    }

    private static ulong StampOf(ulong seed, EntryVersion version, bool isTombstone) =>
        EntryKey.Mix(EntryKey.Mix(seed ^ (ulong)version.Clock) ^ ((ulong)version.Origin << 1) ^ (isTombstone ? 1UL : 0UL));
}
