namespace Muster.Testing;

/// <summary>A clock that moves only when told, and fires timers on the way, in order, on the caller's thread.</summary>
/// <param name="frequency">Timestamps per second; an odd one catches code that takes a timestamp for ticks.</param>
internal sealed class ManualTime(long frequency = TimeSpan.TicksPerSecond) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private TimeSpan _now;
    private DateTimeOffset _start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => frequency;

    /// <summary>How much time has passed since the clock was made.</summary>
    public TimeSpan Now
    {
        get
        {
            lock (_gate)
            {
                return _now;
            }
        }
    }

    /// <summary>How long until each waiting timer fires.</summary>
    public IReadOnlyList<TimeSpan> DueTimes
    {
        get
        {
            lock (_gate)
            {
                return [.. _timers.Where(timer => timer.Due != TimeSpan.MaxValue).Select(timer => timer.Due - _now)];
            }
        }
    }

    public override long GetTimestamp() => (long)((Int128)Now.Ticks * frequency / TimeSpan.TicksPerSecond);

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return _start + _now;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        lock (_gate)
        {
            _timers.Add(timer);
        }

        timer.Change(dueTime, period);
        return timer;
    }

    public void Advance(TimeSpan by)
    {
        TimeSpan end = Now + by;
        while (TakeNext(end) is { } timer)
        {
            timer.Fire();
        }

        lock (_gate)
        {
            // another thread may have gone further meanwhile
            _now = end > _now ? end : _now;
        }
    }

    /// <summary>Moves the clock first and fires timers after, as a process sees it that was stopped for a while.</summary>
    public void Jump(TimeSpan by)
    {
        lock (_gate)
        {
            _now += by;
        }

        Advance(TimeSpan.Zero);
    }

    /// <summary>Sets the wall clock, as an operator does; timestamps and timers do not move.</summary>
    public void SetWallClock(DateTimeOffset now)
    {
        lock (_gate)
        {
            _start = now - _now;
        }
    }

    private ManualTimer? TakeNext(TimeSpan end)
    {
        lock (_gate)
        {
            ManualTimer? next = null;
            foreach (ManualTimer timer in _timers)
            {
                if (timer.Due <= end && (next is null || timer.Due < next.Due))
                {
                    next = timer;
                }
            }

            if (next is not null)
            {
                _now = next.Due > _now ? next.Due : _now;
                next.Due = next.Period == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : _now + next.Period;
            }

            return next;
        }
    }

    private sealed class ManualTimer(ManualTime owner, TimerCallback callback, object? state) : ITimer
    {
        public TimeSpan Due { get; set; } = TimeSpan.MaxValue;

        public TimeSpan Period { get; private set; } = Timeout.InfiniteTimeSpan;

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (owner._gate)
            {
                Due = dueTime == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : owner._now + dueTime;
                Period = period == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : period;
            }

            return true;
        }

        public void Dispose()
        {
            lock (owner._gate)
            {
                owner._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
