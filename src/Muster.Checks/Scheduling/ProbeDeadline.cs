namespace Muster.Checks.Scheduling;

/// <summary>
/// Watches the time of one run: says when it stops being quick, and ends it when its time is over. How long that is
/// depends on how this process does, so it is asked when the timeout strikes: it may have fallen ill meanwhile.
/// </summary>
internal sealed class ProbeDeadline : IDisposable
{
    /// <summary>A run no longer than this leaves its place to others soon enough to count as quick.</summary>
    public static readonly TimeSpan QuickRun = TimeSpan.FromSeconds(1);

    private readonly ProbeRun _run;
    private readonly Action<ProbeRun> _onSlow;
    private readonly TimeSpan _timeout;
    private readonly LocalHealth _health;
    private readonly TimeProvider _time;
    private readonly long _began;
    private readonly ITimer _timer;
    private volatile bool _hasPassed;
    private bool _isSlow;

    public ProbeDeadline(ProbeRun run, TimeSpan timeout, LocalHealth health, TimeProvider time, Action<ProbeRun> onSlow)
    {
        _run = run;
        _onSlow = onSlow;
        _timeout = timeout;
        _health = health;
        _time = time;
        _began = time.GetTimestamp();
        _timer = time.CreateTimer(static deadline => ((ProbeDeadline)deadline!).Strike(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(timeout < QuickRun ? timeout : QuickRun, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The run was ended because it took too long.</summary>
    public bool HasPassed => _hasPassed;

    public void Dispose() => _timer.Dispose();

    private void Strike()
    {
        TimeSpan elapsed = _time.GetElapsedTime(_began);
        if (!_isSlow && elapsed >= QuickRun)
        {
            _isSlow = true;
            _onSlow(_run);
        }

        TimeSpan left = (elapsed < _timeout ? _timeout : _health.Stretch(_timeout)) - elapsed;
        if (left > TimeSpan.Zero)
        {
            // whole milliseconds, rounded up, as the timer counts them
            _timer.Change(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
            return;
        }

        _hasPassed = true;
        _run.Abandon();
    }
}
