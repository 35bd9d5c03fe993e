namespace Muster.Catalog;

/// <summary>
/// Something with a deadline on the <see cref="TimingWheel"/>. The entry carries its own links and its deadline, so that
/// a renewal is one compare-and-swap and scheduling allocates nothing.
/// </summary>
/// <remarks>
/// <para>The deadline is one word with three meanings, so that renewing and expiring cannot both win: zero is closed; a
/// positive one is a lease that <see cref="TryExtend"/> may move; a negative one is a fixed date (a pending removal)
/// that no renewal moves. Its lowest bits say how much of a lease is not evidence: none of it once it was renewed, all of it
/// when it was only begun. The rest is the tick.</para>
/// <para>An entry that follows belongs to what another server is responsible for: its deadline says what this server has
/// heard, but it is never on the wheel. The links, which the wheel does not need then, queue it for telling the owner.</para>
/// </remarks>
internal abstract class WheelEntry
{
    /// <summary>A <see cref="Slot"/>: not on the wheel.</summary>
    internal const short Idle = -1;

    /// <summary>A <see cref="Slot"/>: follows, and its renewal waits to be told to the owner.</summary>
    internal const short Queued = -2;

    /// <summary>A <see cref="Slot"/>: follows another server's lease.</summary>
    internal const short Following = -3;

    private const long Closed = 0;
    private const int UnheardBits = 23;
    private const long NothingHeard = (1L << UnheardBits) - 1;

    private long _deadline;

    /// <summary>Links within one slot; owned by the wheel. Of an entry that follows: within the queue of renewals.</summary>
    internal WheelEntry? Next, Previous;

    /// <summary>Which slot holds the entry; owned by the wheel. Negative when none does.</summary>
    internal short Slot = Idle;

    /// <summary>
    /// What a lease remembers of its renewals, or a probed check of its results: never both, so they share a word, and
    /// with it a check's lease stays a word smaller.
    /// </summary>
    private protected short Memory;

    /// <summary>The learned interval of its renewals, see <see cref="Muster.Catalog.Rhythm"/>.</summary>
    internal byte Rhythm
    {
        get => (byte)Volatile.Read(ref Memory);
        set => Volatile.Write(ref Memory, value);
    }

    /// <summary>The tick at which the entry is due.</summary>
    internal long Deadline => Math.Abs(Volatile.Read(ref _deadline)) >> UnheardBits;

    /// <summary>True while renewals move the deadline.</summary>
    internal bool IsLease => Volatile.Read(ref _deadline) > 0;

    /// <summary>
    /// Until which tick what was heard here is good. The deadline, once the lease was renewed; less or 0 when it was only begun,
    /// as it is for who takes it over.
    /// </summary>
    internal long HeardUntil => HeardUntilOf(Volatile.Read(ref _deadline));

    /// <summary>True when another server is responsible for it.</summary>
    internal bool Follows => Volatile.Read(ref Slot) <= Queued;

    /// <summary>Starts a lease that renewals extend.</summary>
    internal void OpenLease(long tick, long heardUntil = 0) => Volatile.Write(ref _deadline, LeaseWord(tick, heardUntil));

    /// <summary>Sets a date that renewals do not move.</summary>
    internal void OpenFixed(long tick) => Volatile.Write(ref _deadline, -(tick << UnheardBits));

    /// <summary>Stops whatever runs. A renewal from now on fails.</summary>
    internal void Close() => Volatile.Write(ref _deadline, Closed);

    /// <summary>
    /// Moves a lease's deadline from <paramref name="now"/> on; any thread. False when there is no lease (any more). The step
    /// from the former deadline is the time since the former renewal, of which the <see cref="Rhythm"/> learns.
    /// </summary>
    /// <param name="tick">The deadline.</param>
    /// <param name="now">The present tick.</param>
    /// <param name="age">
    /// How long ago the renewal was, in ticks: it came by another server. For so long nothing newer was known of the lease,
    /// which is its rhythm as it looks from here.
    /// </param>
    internal bool TryExtend(long tick, long now, long age = 0)
    {
        long seen = Volatile.Read(ref _deadline);
        while (seen > 0)
        {
            // one that was told late does not end a fresh lease sooner, but is evidence only for as long as it is good itself
            long next = LeaseWord(Math.Max(seen >> UnheardBits, tick), Math.Max(HeardUntilOf(seen), tick));
            if (next == seen)
            {
                return true;
            }

            long found = Interlocked.CompareExchange(ref _deadline, next, seen);
            if (found == seen)
            {
                // two at a time may lose a step of it, which does no harm
                Rhythm = Muster.Catalog.Rhythm.Learn(Rhythm, tick + age - (seen >> UnheardBits), tick + age - now);
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
        return seen != Closed && Math.Abs(seen) >> UnheardBits <= now
            && Interlocked.CompareExchange(ref _deadline, Closed, seen) == seen;
    }

    /// <summary>Makes an entry that is not on the wheel follow another server's lease, once and for all.</summary>
    internal void Follow() => Volatile.Write(ref Slot, Following);

    /// <summary>
    /// Takes an entry off the queue of renewals. A fence: whoever renews it before it can be queued again has moved the
    /// deadline that is read after this.
    /// </summary>
    internal void Unqueue() => Interlocked.Exchange(ref Slot, Following);

    private static long LeaseWord(long tick, long heardUntil) =>
        (tick << UnheardBits) | (heardUntil > 0 ? Math.Clamp(tick - heardUntil, 0, NothingHeard) : NothingHeard);

    private static long HeardUntilOf(long word)
    {
        long unheard = word & NothingHeard;
        return word <= 0 || unheard == NothingHeard ? 0 : (word >> UnheardBits) - unheard;
    }
}
