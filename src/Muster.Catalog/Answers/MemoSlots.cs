using System.Runtime.CompilerServices;

namespace Muster.Catalog;

/// <summary>Room for one memo per <see cref="MemoSlot"/>, inside the snapshot.</summary>
[InlineArray(Count)]
internal struct MemoSlots
{
    internal const int Count = 10;

    private Memo? _first;
}
