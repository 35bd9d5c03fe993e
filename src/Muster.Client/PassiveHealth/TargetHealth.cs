namespace Muster.Client.PassiveHealth;

/// <summary>What one target's calls have shown: counts that any thread adds to, and the state of its breaker.</summary>
/// <remarks>The state changes under the lock of <see cref="ServiceHealth"/> only; it is read without.</remarks>
internal sealed class TargetHealth
{
    private readonly Lock _trials = new();
    private int _consecutiveFailures;
    private int _calls;
    private int _failures;
    private int _trialsOut;
    private long _lastTrialAt;
    private volatile BreakerState _state;

    public BreakerState State => _state;

    public int ConsecutiveFailures => Volatile.Read(ref _consecutiveFailures);

    /// <summary>Calls that ended in this window.</summary>
    public int Calls => Volatile.Read(ref _calls);

    /// <summary>Calls that failed in this window.</summary>
    public int Failures => Volatile.Read(ref _failures);

    public double SuccessRate => Calls == 0 ? 1 : 1 - ((double)Failures / Calls);

    /// <summary>When the present state began.</summary>
    public long Since { get; private set; }

    /// <summary>While ejected: when the trial begins.</summary>
    public long ReturnsAt { get; private set; }

    /// <summary>Ejections that are not forgotten yet.</summary>
    public int Ejections { get; private set; }

    /// <summary>Trial calls that succeeded since the trial began.</summary>
    public int TrialSuccesses { get; private set; }

    /// <summary>The registration that was judged: another one is another process, and gets its trial at once.</summary>
    public (long Epoch, DateTimeOffset? RegisteredAt) Registration { get; set; }

    public void CountSuccess()
    {
        Interlocked.Increment(ref _calls);
        if (ConsecutiveFailures != 0)
        {
            Volatile.Write(ref _consecutiveFailures, 0);
        }
    }

    public void CountFailure()
    {
        Interlocked.Increment(ref _calls);
        Interlocked.Increment(ref _failures);
        Interlocked.Increment(ref _consecutiveFailures);
    }

    public void BeginWindow()
    {
        Volatile.Write(ref _calls, 0);
        Volatile.Write(ref _failures, 0);
    }

    public void Open(long now, long returnsAt, int ejections)
    {
        (Since, ReturnsAt, Ejections) = (now, returnsAt, ejections);
        _state = BreakerState.Open;
    }

    public void HalfOpen(long now)
    {
        (Since, TrialSuccesses) = (now, 0);
        lock (_trials)
        {
            (_trialsOut, _lastTrialAt) = (0, now);
        }

        _state = BreakerState.HalfOpen;
    }

    public void Close(long now)
    {
        Since = now;
        BeginWindow();
        Volatile.Write(ref _consecutiveFailures, 0);
        _state = BreakerState.Closed;
    }

    /// <summary>Reserves one of <paramref name="most"/> places for a trial call; all are free again once none was taken for <paramref name="timeout"/>.</summary>
    public bool TryTakeTrial(int most, long now, long timeout)
    {
        if (Volatile.Read(ref _trialsOut) >= most && now - Volatile.Read(ref _lastTrialAt) < timeout)
        {
            return false;
        }

        lock (_trials)
        {
            int taken = now - _lastTrialAt < timeout ? _trialsOut : 0;
            if (taken >= most || _state != BreakerState.HalfOpen)
            {
                return false;
            }

            Volatile.Write(ref _trialsOut, taken + 1);
            Volatile.Write(ref _lastTrialAt, now);
            return true;
        }
    }

    /// <summary>A trial call has ended; its place is free.</summary>
    public void EndTrial(bool succeeded)
    {
        lock (_trials)
        {
            Volatile.Write(ref _trialsOut, Math.Max(0, _trialsOut - 1));
        }

        TrialSuccesses += succeeded ? 1 : 0;
    }
}
