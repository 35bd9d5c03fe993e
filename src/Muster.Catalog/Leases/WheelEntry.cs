namespace Muster.Catalog;

/// <summary>
/// Something with a deadline on the <see cref="TimingWheel"/>. The entry carries its own links and its deadline, so that
/// a renewal is one compare-and-swap and scheduling allocates nothing.
/// </summary>
/// <remarks>
/// The deadline is one word with three meanings, so that renewing and expiring cannot both win: zero is closed; a
/// positive tick is a lease that <see cref="TryExtend"/> may move; a negative tick is a fixed date (a pending removal)
/// that no renewal moves.
/// </remarks>
internal abstract class WheelEntry
{
    private const long Closed = 0;

    private long _deadline;

    /// <summary>Links within one slot; owned by the wheel.</summary>
    internal WheelEntry? Next, Previous;

    /// <summary>Which slot holds the entry, -1 for none; owned by the wheel.</summary>
    internal int Slot = -1;

    /// <summary>The learned interval of its renewals, see <see cref="Muster.Catalog.Rhythm"/>.</summary>
    internal byte Rhythm;

    /// <summary>The tick at which the entry is due.</summary>
    internal long Deadline => Math.Abs(Volatile.Read(ref _deadline));

    /// <summary>True while renewals move the deadline.</summary>
    internal bool IsLease => Volatile.Read(ref _deadline) > 0;

    /// <summary>Starts a lease that renewals extend.</summary>
    internal void OpenLease(long tick) => Volatile.Write(ref _deadline, tick);

    /// <summary>Sets a date that renewals do not move.</summary>
    internal void OpenFixed(long tick) => Volatile.Write(ref _deadline, -tick);

    /// <summary>Stops whatever runs. A renewal from now on fails.</summary>
    internal void Close() => Volatile.Write(ref _deadline, Closed);

    /// <summary>
    /// Moves a lease's deadline from <paramref name="now"/> on; any thread. False when there is no lease (any more). The step
    /// from the former deadline is the time since the former renewal, of which the <see cref="Rhythm"/> learns.
    /// </summary>
    internal bool TryExtend(long tick, long now)
    {
        long seen = Volatile.Read(ref _deadline);
        while (seen > 0)
        {
            if (seen >= tick)
            {
                return true;
            }

            long found = Interlocked.CompareExchange(ref _deadline, tick, seen);
            if (found == seen)
            {
                // two at a time may lose a step of it, which does no harm
                Rhythm = Muster.Catalog.Rhythm.Learn(Rhythm, tick - seen, tick - now);
                return true;
            }

            seen = found;
        }

        return false;
    }

    /// <summary>Closes the entry if it is due at <paramref name="now"/>; false when a renewal came first.</summary>
    internal bool TryCloseDue(long now)
    {
        long seen = Volatile.Read(ref _deadline);
        return seen != Closed && Math.Abs(seen) <= now
            && Interlocked.CompareExchange(ref _deadline, Closed, seen) == seen;
    }
}
