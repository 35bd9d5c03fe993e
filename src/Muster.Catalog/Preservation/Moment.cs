namespace Muster.Catalog;

/// <summary>A moment in the order of a catalog's changes; between two of them, where the index stands still, the tick tells.</summary>
/// <param name="Index">The index that was reached.</param>
/// <param name="Tick">The tick, 0 for the moment of a change itself.</param>
internal readonly record struct Moment(long Index, long Tick) : IComparable<Moment>
{
    public int CompareTo(Moment other) => Index != other.Index ? Index.CompareTo(other.Index) : Tick.CompareTo(other.Tick);
}
