namespace Muster.Catalog;

/// <summary>
/// Which indexes of a line are still known. Each run of a server begins its indexes above all that earlier runs gave out;
/// what the disk did not keep of those lies in the gap between. Immutable.
/// </summary>
/// <param name="Lineage">The name of the line; see <see cref="Catalog.Lineage"/>.</param>
/// <param name="Floor">Nothing is known of indexes below this one.</param>
/// <param name="Gaps">For each change of runs the last index that was kept and the first of the next run, oldest first.</param>
internal sealed record RunHistory(string Lineage, long Floor, IReadOnlyList<(long Kept, long Next)> Gaps)
{
    private const int MostGaps = 64;

    /// <summary>Whether the state at an index is one that this line went through and kept.</summary>
    internal bool Keeps(long index)
    {
        if (index < Floor)
        {
            return false;
        }

        foreach ((long kept, long next) in Gaps)
        {
            if (index > kept && index < next)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The history when another run begins.</summary>
    internal RunHistory Continue(long kept, long next)
    {
        bool isFull = Gaps.Count >= MostGaps;
        return new RunHistory(Lineage, isFull ? Gaps[0].Next : Floor, [.. isFull ? Gaps.Skip(1) : Gaps, (kept, next)]);
    }
}
