using Muster.Model;

namespace Muster.Catalog;

/// <summary>The catalog as its peers see it: entries by key, their digests, and what is merged from others.</summary>
public sealed class ReplicaSet
{
    /// <summary>Into how many buckets the entries are divided, by the top bits of their keys.</summary>
    public const int Buckets = 1024;

    /// <summary>The highest version clock given or seen, in microseconds since 1970.</summary>
    public long HighestClock => throw new NotSupportedException();

    /// <summary>A digest of all entries, tombstones too: equal on servers that hold the same.</summary>
    public ulong RootDigest => throw new NotSupportedException();

    /// <summary>How many entries there are, tombstones too.</summary>
    public int EntryCount => throw new NotSupportedException();

    /// <summary>Takes note of a peer's clock; false, and nothing taken, when it is too far ahead.</summary>
    public bool ObserveClock(long clock) => throw new NotSupportedException();

    /// <summary>Copies the digest of each bucket.</summary>
    public void CopyDigests(Span<ulong> buckets) => throw new NotSupportedException();

    /// <summary>Adds the stamps of a bucket's entries; returns how many.</summary>
    public int CopyBucket(int bucket, List<EntryStamp> into) => throw new NotSupportedException();

    /// <summary>Appends the present state of an entry; false when there is no such entry.</summary>
    public bool TryWriteFact(ulong key, PackWriter into) => throw new NotSupportedException();

    /// <summary>Merges facts of a peer as one command.</summary>
    /// <param name="facts">Length-prefixed facts, as <see cref="PackWriter.Bytes"/> writes them.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="newerHere">Gets the keys of which this server knows newer states than the peer.</param>
    public MergeSummary Merge(ReadOnlySpan<byte> facts, int count, List<ulong>? newerHere) => throw new NotSupportedException();

    /// <summary>Tells <paramref name="sink"/> every later change that is made here.</summary>
    public void Subscribe(IReplicationSink sink) => throw new NotSupportedException();

    /// <summary>Takes at most <paramref name="most"/> renewals of what others own, seen here since the last call.</summary>
    public int DrainRenewals(List<Renewal> into, int most) => throw new NotSupportedException();

    /// <summary>Extends the leases that peers saw renewed; returns how many there were. Never brings back what is gone.</summary>
    public int ApplyRenewals(ReadOnlySpan<Renewal> renewals) => throw new NotSupportedException();

    /// <summary>How many instances a server owns.</summary>
    public int CountOwnedBy(uint owner) => throw new NotSupportedException();

    /// <summary>Takes over instances whose owner is gone, each with a fresh lease; returns how many.</summary>
    public int Adopt(IReadOnlySet<uint> gone, Func<ulong, bool> chosen, int most, string cause) => throw new NotSupportedException();

    /// <summary>Takes back what is registered on this server's own node and owned by another; returns how many.</summary>
    public int Reclaim(int most, string cause) => throw new NotSupportedException();

    /// <summary>Removes the <c>consul</c> instance of a server that left; returns how many there were.</summary>
    public int RemoveServerInstance(string node, string cause) => throw new NotSupportedException();

    /// <summary>Drops all that this server does not own, without tombstones: it was away for longer than they are kept.</summary>
    public void DiscardReplicated(string cause) => throw new NotSupportedException();
}
