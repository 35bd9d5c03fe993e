using Muster.Client.Balancing;

namespace Muster.Client.PassiveHealth;

/// <content>The changes of state, and the timer that ends ejections.</content>
internal sealed partial class ServiceHealth
{
    private const int MostDoublings = 20;

    private void Open_NeedsLock(Target target, EjectionCause cause, long now)
    {
        TargetHealth health = target.Health;
        int ejections = EjectionsAfter_NeedsLock(health, now) + 1;
        TimeSpan duration = Duration_NeedsLock(ejections);
        health.Open(now, now + Ticks(duration), ejections);
        Arm_NeedsLock(health.ReturnsAt, now);
        Tell_NeedsLock(new HealthNews(HealthNewsKind.Ejected, target.Instance, cause, duration, ejections));
    }

    private void BeginTrial_NeedsLock(Target target, long now)
    {
        target.Health.HalfOpen(now);
        Tell_NeedsLock(new HealthNews(HealthNewsKind.OnTrial, target.Instance));
    }

    private void Close_NeedsLock(Target target, long now)
    {
        target.Health.Close(now);
        Tell_NeedsLock(new HealthNews(HealthNewsKind.Returned, target.Instance));
    }

    /// <summary>Earlier ejections, less those that the time in use since has made good.</summary>
    private int EjectionsAfter_NeedsLock(TargetHealth health, long now)
    {
        long forgiven = health.State == BreakerState.Closed ? (now - health.Since) / Ticks(Ejection.Forgiveness) : 0;
        return (int)Math.Max(0, health.Ejections - forgiven);
    }

    private TimeSpan Duration_NeedsLock(int ejections)
    {
        double grown = Ejection.BaseDuration.TotalSeconds * (1L << Math.Min(ejections - 1, MostDoublings));
        double bounded = Math.Min(grown, Ejection.MaxDuration.TotalSeconds);
        return TimeSpan.FromSeconds(bounded * (1 + (Ejection.Jitter * _random.NextDouble())));
    }

    private (int Candidates, int Ejected) CountEjected_NeedsLock()
    {
        InstanceState state = AvailabilityFilter.BestState(_targets);
        int candidates = 0, ejected = 0;
        foreach (Target target in _targets)
        {
            if (target.Instance.State == state)
            {
                candidates++;
                ejected += target.Health.State == BreakerState.Closed ? 0 : 1;
            }
        }

        return (candidates, ejected);
    }

    /// <summary>A target that has registered anew is another process: it need not wait until the old one's time is over.</summary>
    private void HearRegistrations_NeedsLock()
    {
        foreach (Target target in _targets)
        {
            var registration = (target.Instance.Epoch, target.Instance.RegisteredAt);
            if (target.Health.Registration != registration)
            {
                target.Health.Registration = registration;
                if (target.Health.State == BreakerState.Open)
                {
                    BeginTrial_NeedsLock(target, Now);
                }
            }
        }
    }

    /// <summary>When a new view has fewer targets, those whose time would be over first return at once.</summary>
    private void KeepLimit_NeedsLock()
    {
        (int candidates, int ejected) = CountEjected_NeedsLock();
        InstanceState state = AvailabilityFilter.BestState(_targets);
        for (int surplus = ejected - EjectionLimit.Of(candidates, Ejection.MaxEjectedShare); surplus > 0; surplus--)
        {
            Target first = _targets
                .Where(target => target.Instance.State == state && target.Health.State != BreakerState.Closed)
                .MinBy(target => target.Health.State == BreakerState.HalfOpen ? long.MinValue : target.Health.ReturnsAt)!;
            Close_NeedsLock(first, Now);
        }
    }

    private void Arm_NeedsLock(long due, long now)
    {
        if (due >= _timerDue || _disposed)
        {
            return;
        }

        // a millisecond more, for timers that are early by a part of one
        _timerDue = due;
        TimeSpan wait = _settings.Time.GetElapsedTime(now, Math.Max(due, now)) + TimeSpan.FromMilliseconds(1);
        _timer ??= _settings.Time.CreateTimer(static state => ((ServiceHealth)state!).EndEjections(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }

    private void EndEjections()
    {
        Target? changed = null;
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            long now = Now, next = long.MaxValue;
            foreach (Target target in _targets)
            {
                if (target.Health.State == BreakerState.Open && target.Health.ReturnsAt <= now)
                {
                    BeginTrial_NeedsLock(target, now);
                    changed = target;
                }
                else if (target.Health.State == BreakerState.Open)
                {
                    next = Math.Min(next, target.Health.ReturnsAt);
                }
            }

            _timerDue = long.MaxValue;
            if (next != long.MaxValue)
            {
                Arm_NeedsLock(next, now);
            }
        }

        changed?.Owner.Refresh();
        Announce();
    }
}
