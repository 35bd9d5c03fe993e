using Muster.Model;

namespace Muster.Catalog;

/// <summary>The catalog as its peers see it: entries by key, their digests, and what is merged from others.</summary>
public sealed class ReplicaSet
{
    private readonly Catalog _catalog;

    internal ReplicaSet(Catalog catalog) => _catalog = catalog;

    /// <summary>Into how many buckets the entries are divided, by the top bits of their keys.</summary>
    public const int Buckets = 1024;

    /// <summary>The most bytes of one fact: it has to fit into a message to a peer. What would be larger is refused when it is registered.</summary>
    public const int MaxFactBytes = 1000 * 1024;

    /// <summary>The highest version clock given or seen, in microseconds since 1970.</summary>
    public long HighestClock => _catalog.HighestClock;

    /// <summary>A digest of all entries, tombstones too: equal on servers that hold the same.</summary>
    public ulong RootDigest => _catalog.Entries.Root;

    /// <summary>How many entries there are, tombstones too.</summary>
    public int EntryCount => _catalog.Entries.Count;

    /// <summary>Takes note of a peer's clock; false, and nothing taken, when it is too far ahead.</summary>
    public bool ObserveClock(long clock) => _catalog.ObserveClock(clock);

    /// <summary>Copies the digest of each bucket.</summary>
    public void CopyDigests(Span<ulong> buckets) => _catalog.CopyDigests(buckets);

    /// <summary>Adds the stamps of a bucket's entries; returns how many.</summary>
    public int CopyBucket(int bucket, List<EntryStamp> into) => _catalog.CopyBucket(bucket, into);

    /// <summary>Appends the present state of an entry; false when there is no such entry.</summary>
    public bool TryWriteFact(ulong key, PackWriter into) => _catalog.TryWriteFact(key, into);

    /// <summary>Merges facts of a peer as one command.</summary>
    /// <param name="facts">Length-prefixed facts, as <see cref="PackWriter.Bytes"/> writes them.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="newerHere">Gets the keys of which this server knows newer states than the peer.</param>
    public MergeSummary Merge(ReadOnlySpan<byte> facts, int count, List<ulong>? newerHere) => _catalog.Merge(facts, count, newerHere);

    /// <summary>Tells <paramref name="sink"/> every later change that is made here.</summary>
    public void Subscribe(IReplicationSink sink) => _catalog.Subscribe(sink);

    /// <summary>
    /// Whether removals are remembered beyond <see cref="CatalogOptions.TombstoneAge"/>, for a server is away that may come back
    /// with what they removed. They are, until this is called with false.
    /// </summary>
    public void KeepRemovals(bool keep) => _catalog.KeepRemovals(keep);

    /// <summary>Takes at most <paramref name="most"/> renewals of what others own, seen here since the last call.</summary>
    public int DrainRenewals(List<Renewal> into, int most) => _catalog.DrainRenewals(into, most);

    /// <summary>Extends the leases that peers saw renewed; returns how many there were. Never brings back what is gone.</summary>
    public int ApplyRenewals(ReadOnlySpan<Renewal> renewals) => _catalog.ApplyRenewals(renewals);

    /// <summary>How many instances a server owns, and nodes with leases.</summary>
    public int CountOwnedBy(uint owner) => _catalog.CountOwnedBy(owner);

    /// <summary>
    /// Takes over instances and nodes whose owner is gone, each with a fresh lease; returns how many. Looks only at a stretch
    /// of all entries, so that the catalog is not locked for long.
    /// </summary>
    /// <param name="gone">Who is gone, and why that is thought, for the timeline.</param>
    /// <param name="chosen">Which keys are this server's to adopt.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="bucket">Where to begin, and then where the next call goes on; 0 after the last bucket.</param>
    public int Adopt(IReadOnlyDictionary<uint, string> gone, Func<ulong, bool> chosen, int most, ref int bucket) =>
        _catalog.Adopt(gone, chosen, most, ref bucket);

    /// <summary>Takes back what is registered on this server's own node and owned by another; returns how many.</summary>
    public int Reclaim(int most, string cause) => _catalog.Reclaim(most, cause);

    /// <summary>Removes the <c>consul</c> instance of a server that left; returns how many there were.</summary>
    public int RemoveServerInstance(string node, string cause) => _catalog.RemoveServerInstance(node, cause);

    /// <summary>
    /// The server knows what its peers know and answers clients from now on. Until then no lease runs here, for nobody can
    /// renew it, and what is known of owners may be old; now each has its full length before it. May be called again.
    /// </summary>
    public void BeginServing() => _catalog.BeginServing();

    /// <summary>Adds the origins of the servers that own an instance, or a node with leases; returns how many.</summary>
    public int CopyOwners(List<uint> into) => _catalog.CopyOwners(into);

    /// <summary>
    /// Drops these entries without tombstones, for its peers do not know them and this server was away for longer than tombstones
    /// are kept. What was written here or is registered on its own node stays. Returns how many.
    /// </summary>
    public int Discard(ReadOnlySpan<ulong> keys, string cause) => _catalog.Discard(keys, cause);
}
