namespace Muster.Catalog;

/// <summary>
/// Which index the catalog had reached at which tick, so that "registered after that heartbeat" can be told from an index
/// alone. Exact for the last minute, to some seconds for the last hour, to some minutes for two days; 24 KiB.
/// </summary>
internal sealed class IndexHistory
{
    private const int Bits = 10;
    private const int Blocks = 1 << Bits;
    private const int Levels = 3;

    /// <summary>Each level's blocks are this many bits of ticks longer than those of the level before.</summary>
    private const int Coarser = 6;

    private readonly long[] _indexes = new long[Levels * Blocks];
    private long _now;

    /// <summary>Notes the index at tick <paramref name="now"/>, before anything of that tick happens.</summary>
    internal void Record(long now, long index)
    {
        for (int level = 0; level < Levels; level++)
        {
            long block = Math.Max(_now >> (level * Coarser), (now >> (level * Coarser)) - Blocks + 1);
            for (; block <= now >> (level * Coarser); block++)
            {
                _indexes[(level * Blocks) + (int)(block & (Blocks - 1))] = index;
            }
        }

        _now = now;
    }

    /// <summary>The index that was reached when a tick was over, or a later one where it is no longer known that exactly.</summary>
    internal long At(long tick)
    {
        for (int level = 0; level < Levels; level++)
        {
            // the next block's first record is what this one ended with; a block is overwritten while it lasts
            long block = tick >> (level * Coarser), newest = _now >> (level * Coarser);
            if (block >= newest)
            {
                return long.MaxValue;
            }

            if (newest - block < Blocks)
            {
                return _indexes[(level * Blocks) + (int)(block & (Blocks - 1))];
            }
        }

        return _indexes[((Levels - 1) * Blocks) + (int)(((_now >> ((Levels - 1) * Coarser)) + 1) & (Blocks - 1))];
    }
}
