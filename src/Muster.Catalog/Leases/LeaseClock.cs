namespace Muster.Catalog;

/// <summary>
/// The clock that leases run on. It counts ticks of served time: it follows the monotonic clock, but stands still while
/// the server itself did (stopped by a signal, a long collection, a starved machine), so that a server that slept does
/// not blame others for their silence. It does not run either before <see cref="Start"/>: who cannot be renewed must not expire.
/// </summary>
internal sealed class LeaseClock
{
    private readonly TimeProvider _time;
    private readonly TimeSpan _tick;
    private readonly TimeSpan _pauseThreshold;

    /// <summary>At which ticks the server stood still, and for how long: the last few, since a starved machine does in series.</summary>
    private readonly (long At, TimeSpan Length)[] _pauses = new (long, TimeSpan)[8];

    private long _seen;
    private TimeSpan _carried;
    private long _ticks;

    internal LeaseClock(TimeProvider time, TimeSpan tick, TimeSpan pauseThreshold)
    {
        _time = time;
        _tick = tick;
        _pauseThreshold = pauseThreshold;
        _seen = time.GetTimestamp();
    }

    /// <summary>False until the server serves.</summary>
    internal bool IsRunning { get; private set; }

    /// <summary>How long a tick is.</summary>
    internal TimeSpan Tick => _tick;

    /// <summary>Ticks of served time so far; any thread.</summary>
    internal long Ticks => Volatile.Read(ref _ticks);

    /// <summary>How long the server stood still in all, and how often.</summary>
    internal TimeSpan PausedTotal { get; private set; }

    /// <summary>How many pauses were seen.</summary>
    internal int Pauses { get; private set; }

    /// <summary>From now on time counts.</summary>
    internal void Start()
    {
        IsRunning = true;
        Volatile.Write(ref _seen, _time.GetTimestamp());
    }

    /// <summary>Reads the monotonic clock and returns the tick reached. Called by the shell's thread, at every tick and within long ones.</summary>
    internal long Advance()
    {
        long now = _time.GetTimestamp();
        TimeSpan gap = IsRunning ? _time.GetElapsedTime(_seen, now) : TimeSpan.Zero;
        if (gap > _pauseThreshold)
        {
            PausedTotal += gap - _tick;
            Pauses++;
            _pauses[Pauses % _pauses.Length] = (_ticks, gap - _tick);
            gap = _tick;
        }

        _carried += gap;
        long whole = _carried.Ticks / _tick.Ticks;
        _carried -= TimeSpan.FromTicks(whole * _tick.Ticks);

        // Ticks before the timestamp: a renewal that reads in between gets a longer lease, never a shorter one.
        Volatile.Write(ref _ticks, _ticks + whole);
        Volatile.Write(ref _seen, now);
        return _ticks;
    }

    /// <summary>
    /// The deadline of something that lasts <paramref name="duration"/> from now; any thread. Rounded up, and one tick
    /// more because the present tick is already running: nothing ends early, and at most two ticks late.
    /// </summary>
    internal long DeadlineAfter(TimeSpan duration)
    {
        long seen = Volatile.Read(ref _seen);
        long ticks = Ticks;
        TimeSpan sinceTick = _time.GetElapsedTime(seen);

        // What the next advance will add for the time up to now, so that it does not count against this deadline.
        duration += sinceTick <= _pauseThreshold ? sinceTick : _tick;
        return ticks + TicksOf(duration, _tick);
    }

    /// <summary>How many ticks something lasts: rounded up, and one more for the tick that is running.</summary>
    internal static long TicksOf(TimeSpan duration, TimeSpan tick) => Math.Max(1, (duration.Ticks + tick.Ticks - 1) / tick.Ticks) + 1;

    /// <summary>
    /// How long ago something began that lasts <paramref name="duration"/> and is due at <paramref name="deadline"/>, as others count,
    /// who did not stand still: with the server's last pauses, if they came later, and with the time since the last tick.
    /// </summary>
    internal TimeSpan SinceElsewhere(long deadline, TimeSpan duration)
    {
        TimeSpan sinceTick = IsRunning ? _time.GetElapsedTime(Volatile.Read(ref _seen)) : TimeSpan.Zero;
        bool isPause = sinceTick > _pauseThreshold;
        long began = deadline - TicksOf(duration, _tick);
        TimeSpan since = Since(deadline, duration) + (isPause && !IsBefore(began, Ticks) ? TimeSpan.Zero : sinceTick);
        foreach ((long at, TimeSpan length) in _pauses)
        {
            since += IsBefore(began, at) ? length : TimeSpan.Zero;
        }

        return since;
    }

    /// <summary>
    /// Whether something was before a pause. Ticks are rounded up: what came in the last tick before one may be taken for after it, for
    /// what came after it and before the next tick looks the same, and is not to be lost.
    /// </summary>
    private static bool IsBefore(long tick, long pauseAt) => tick <= pauseAt;

    /// <summary>How long ago something began that lasts <paramref name="duration"/> and was due at <paramref name="deadline"/>.</summary>
    internal TimeSpan Since(long deadline, TimeSpan duration) =>
        TimeSpan.FromTicks((Ticks - deadline + 1) * _tick.Ticks) + duration;
}
