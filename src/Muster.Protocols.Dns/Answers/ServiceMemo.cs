using Muster.Catalog;

namespace Muster.Protocols.Dns.Answers;

/// <summary>
/// A snapshot's records, kept on the snapshot: all instances, and the selections that were asked for. Immutable;
/// another selection makes another memo that shares the sets.
/// </summary>
internal sealed class ServiceMemo : Memo
{
    private const int MaxSelections = 16;
    private const int ObjectOverhead = 64;

    private readonly object _owner;
    private readonly Kept[] _kept;

    public ServiceMemo(object owner)
        : this(owner, [])
    {
    }

    private ServiceMemo(object owner, Kept[] kept)
    {
        _owner = owner;
        _kept = kept;
        Bytes = ObjectOverhead;
        foreach (Kept entry in kept)
        {
            Bytes += ObjectOverhead + entry.Detail.Length + entry.Namespace.Length + entry.Records.Bytes;
        }
    }

    public override int Bytes { get; }

    /// <summary>Another server on the same catalog may answer by other options.</summary>
    public bool BelongsTo(object owner) => ReferenceEquals(owner, _owner);

    public RecordSet? Find(Selection selection)
    {
        foreach (Kept entry in _kept)
        {
            if (entry.Kind == selection.Kind && selection.Detail.SequenceEqual(entry.Detail) && selection.Namespace.SequenceEqual(entry.Namespace))
            {
                return entry.Records;
            }
        }

        return null;
    }

    /// <summary>False when it holds as many as it may. All instances always find room.</summary>
    public bool HasRoomFor(Selection selection) => _kept.Length < MaxSelections || selection.Kind == SelectionKind.All;

    /// <summary>This with one selection more.</summary>
    public ServiceMemo With(Selection selection, RecordSet records) =>
        new(_owner, [.. _kept, new Kept(selection.Kind, selection.Detail.ToArray(), selection.Namespace.ToArray(), records)]);

    private sealed record Kept(SelectionKind Kind, byte[] Detail, byte[] Namespace, RecordSet Records);
}
