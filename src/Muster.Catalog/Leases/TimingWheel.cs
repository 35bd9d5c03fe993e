namespace Muster.Catalog;

/// <summary>
/// A hierarchical timing wheel (Varghese and Lauck, 1987): four levels of 256 slots. Scheduling, cancelling and firing
/// are O(1) each; renewing costs the wheel nothing, because an entry whose deadline has moved is simply put back when
/// its slot comes round.
/// </summary>
/// <remarks>Not thread-safe: the catalog's writer owns it. Ticks are whatever the caller counts; Muster counts 50 ms.</remarks>
internal sealed class TimingWheel
{
    private const int Bits = 8;
    private const int SlotsPerLevel = 1 << Bits;
    private const int Levels = 4;

    private readonly WheelEntry?[] _heads = new WheelEntry?[Levels * SlotsPerLevel];

    /// <summary>The tick reached.</summary>
    internal long Now { get; private set; }

    /// <summary>How many entries are scheduled.</summary>
    internal int Count { get; private set; }

    /// <summary>Puts an entry (back) in the slot of its deadline. One that is already due goes in the next tick's slot.</summary>
    internal void Schedule(WheelEntry entry) => Schedule(entry, entry.Deadline);

    /// <summary>Lays aside an entry that is due, and looks at it again in so many ticks, at most 255.</summary>
    internal void Park(WheelEntry entry, int ticks) => Schedule(entry, Now + Math.Clamp(ticks, 1, SlotsPerLevel - 1));

    private void Schedule(WheelEntry entry, long deadline)
    {
        Cancel(entry);
        long tick = Math.Max(deadline, Now + 1);
        long distance = tick - Now;
        int level = 0;
        while (level < Levels - 1 && distance >= 1L << (Bits * (level + 1)))
        {
            level++;
        }

        // Beyond the horizon of the last level (years): park in the farthest slot and look again when it comes round.
        tick = Math.Min(tick, Now + (1L << (Bits * Levels)) - 1);
        int slot = (level * SlotsPerLevel) + (int)((tick >> (Bits * level)) & (SlotsPerLevel - 1));
        entry.Slot = (short)slot;
        entry.Next = _heads[slot];
        if (entry.Next is not null)
        {
            entry.Next.Previous = entry;
        }

        _heads[slot] = entry;
        Count++;
    }

    /// <summary>Takes an entry out, if it is in.</summary>
    internal void Cancel(WheelEntry entry)
    {
        if (entry.Slot < 0)
        {
            return;
        }

        if (entry.Previous is null)
        {
            _heads[entry.Slot] = entry.Next;
        }
        else
        {
            entry.Previous.Next = entry.Next;
        }

        if (entry.Next is not null)
        {
            entry.Next.Previous = entry.Previous;
        }

        entry.Next = entry.Previous = null;
        entry.Slot = WheelEntry.Idle;
        Count--;
    }

    /// <summary>Moves to tick <paramref name="to"/> and adds every entry due by then, now unscheduled, to <paramref name="due"/>.</summary>
    internal void Advance(long to, List<WheelEntry> due)
    {
        while (Now < to)
        {
            Now++;
            for (int level = Levels - 1; level >= 0; level--)
            {
                long span = 1L << (Bits * level);
                if ((Now & (span - 1)) == 0)
                {
                    Empty((level * SlotsPerLevel) + (int)((Now >> (Bits * level)) & (SlotsPerLevel - 1)), due);
                }
            }
        }
    }

    private void Empty(int slot, List<WheelEntry> due)
    {
        WheelEntry? entry = _heads[slot];
        while (entry is not null)
        {
            WheelEntry? next = entry.Next;
            Cancel(entry);
            if (entry.Deadline <= Now)
            {
                due.Add(entry);
            }
            else
            {
                Schedule(entry);
            }

            entry = next;
        }
    }
}
