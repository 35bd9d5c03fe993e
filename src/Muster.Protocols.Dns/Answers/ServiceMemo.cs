using Muster.Catalog;

namespace Muster.Protocols.Dns.Answers;

/// <summary>
/// A snapshot's records, kept on the snapshot: all instances, and those with a tag for the tags that were asked
/// for. Immutable; another tag makes another memo that shares the sets.
/// </summary>
internal sealed class ServiceMemo : Memo
{
    private const int MaxTags = 16;
    private const int ObjectOverhead = 64;

    private readonly object _owner;
    private readonly (byte[] Tag, RecordSet Records)[] _byTag;

    public ServiceMemo(object owner, RecordSet all)
        : this(owner, all, [])
    {
    }

    private ServiceMemo(object owner, RecordSet all, (byte[] Tag, RecordSet Records)[] byTag)
    {
        _owner = owner;
        All = all;
        _byTag = byTag;
        Bytes = ObjectOverhead + all.Bytes;
        foreach ((byte[] tag, RecordSet records) in byTag)
        {
            Bytes += ObjectOverhead + tag.Length + records.Bytes;
        }
    }

    public RecordSet All { get; }

    public override int Bytes { get; }

    /// <summary>Another server on the same catalog may answer by other options.</summary>
    public bool BelongsTo(object owner) => ReferenceEquals(owner, _owner);

    public RecordSet? Find(ReadOnlySpan<byte> tag)
    {
        foreach ((byte[] candidate, RecordSet records) in _byTag)
        {
            if (tag.SequenceEqual(candidate))
            {
                return records;
            }
        }

        return null;
    }

    /// <summary>This with one tag more; null when it holds as many as it may.</summary>
    public ServiceMemo? With(ReadOnlySpan<byte> tag, RecordSet records) =>
        _byTag.Length >= MaxTags ? null : new ServiceMemo(_owner, All, [.. _byTag, (tag.ToArray(), records)]);
}
