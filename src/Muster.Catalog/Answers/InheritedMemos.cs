namespace Muster.Catalog;

/// <summary>What a snapshot has from earlier ones. An object of its own, because few snapshots have any.</summary>
internal sealed class InheritedMemos
{
    internal MemoSlots Memos;
}
