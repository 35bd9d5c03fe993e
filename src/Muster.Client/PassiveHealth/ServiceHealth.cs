using Muster.Client.Balancing;

namespace Muster.Client.PassiveHealth;

/// <summary>
/// Judges the targets of one service by the calls of this process: ejects those that fail, tries them again when their time is
/// over, and never leaves out more than the options allow.
/// </summary>
/// <remarks>
/// A target's breaker goes closed -> open (ejected) -> half-open (on trial) -> closed or open again. Successes and failures of
/// closed targets are counted without a lock. Each change of state happens under one lock, and the picker is rebuilt after it,
/// outside. One timer serves all targets: it fires when the next ejection is over.
/// </remarks>
internal sealed partial class ServiceHealth : ITargetAvailability, IDisposable
{
    private readonly Lock _gate = new();
    private readonly ServiceHealthSettings _settings;
    private readonly Random _random;
    private readonly long _windowTicks;
    private readonly long _trialTicks;
    private Target[] _targets = [];
    private volatile Target[] _onTrial = [];
    private volatile bool _hasNews;
    private volatile bool _isPanic;
    private ITimer? _timer;
    private long _timerDue = long.MaxValue;
    private long _windowEnds;
    private bool _disposed;

    public ServiceHealth(ServiceHealthSettings settings)
    {
        _settings = settings;
        _random = new Random(settings.Random.Next());
        _windowTicks = Ticks(settings.Ejection.Window);
        _trialTicks = Ticks(settings.Breaker.TrialTimeout);
        _windowEnds = Now + _windowTicks;
    }

    /// <inheritdoc />
    public bool HasTrials => _onTrial.Length > 0;

    /// <summary>Whether too few targets of the last view are healthy, so that all are used.</summary>
    public bool IsPanic => _isPanic;

    private EjectionOptions Ejection => _settings.Ejection;

    private BreakerOptions Breaker => _settings.Breaker;

    private long Now => _settings.Time.GetTimestamp();

    /// <inheritdoc />
    public bool Judge(ReadOnlySpan<Target> targets, Span<bool> usable)
    {
        lock (_gate)
        {
            _targets = targets.ToArray();
            HearRegistrations_NeedsLock();
            KeepLimit_NeedsLock();
            bool panic = AvailabilityFilter.Judge(targets, usable, Ejection.PanicThreshold);
            InstanceState best = AvailabilityFilter.BestState(targets);
            _onTrial = [.. _targets.Where(target => AvailabilityFilter.IsTried(target, best, panic))];
            if (panic != _isPanic)
            {
                _isPanic = panic;
                Tell_NeedsLock(new HealthNews(panic ? HealthNewsKind.PanicBegan : HealthNewsKind.PanicEnded, Instance: null));
            }

            return panic;
        }
    }

    /// <inheritdoc />
    public Target? TakeTrial(in PickContext context)
    {
        Target[] onTrial = _onTrial;
        foreach (Target target in onTrial)
        {
            if (context.Tried?.Contains(target) != true && target.Health.TryTakeTrial(Breaker.TrialCalls, Now, _trialTicks))
            {
                return target;
            }
        }

        return null;
    }

    /// <inheritdoc />
    public void Observe(Target target, CallResult result, long started, long ended)
    {
        if (!Ejection.Enabled)
        {
            return;
        }

        if (target.Health.State != BreakerState.Closed)
        {
            ObserveTrial(target, result, started, ended);
        }
        else if (result == CallResult.Success)
        {
            target.Health.CountSuccess();
        }
        else if (result != CallResult.Abandoned)
        {
            target.Health.CountFailure();
            if (CauseOf(target.Health, result) is { } cause)
            {
                Eject(target, cause, ended);
            }
        }

        if (ended >= Volatile.Read(ref _windowEnds))
        {
            EndWindow(ended);
        }

        if (_hasNews)
        {
            Announce();
        }
    }

    /// <summary>How many targets the last view had in each condition.</summary>
    public EndpointCounts Count()
    {
        lock (_gate)
        {
            return EndpointCounts.Of(_targets);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _timer?.Dispose();
        }
    }

    private EjectionCause? CauseOf(TargetHealth health, CallResult result)
    {
        if (result == CallResult.ConnectionRefused && Ejection.OnConnectionRefused)
        {
            return EjectionCause.ConnectionRefused;
        }

        if (Ejection.ConsecutiveFailures > 0 && health.ConsecutiveFailures >= Ejection.ConsecutiveFailures)
        {
            return EjectionCause.ConsecutiveFailures;
        }

        bool isRatioHigh = Breaker.FailureRatio > 0
            && health.Calls >= Breaker.MinimumCalls
            && health.Failures >= Breaker.FailureRatio * health.Calls;
        return isRatioHigh ? EjectionCause.FailureRatio : null;
    }

    private void Eject(Target target, EjectionCause cause, long now)
    {
        lock (_gate)
        {
            if (target.Health.State != BreakerState.Closed || !_targets.Contains(target))
            {
                return;
            }

            (int candidates, int ejected) = CountEjected_NeedsLock();
            if (ejected >= EjectionLimit.Of(candidates, Ejection.MaxEjectedShare))
            {
                Tell_NeedsLock(new HealthNews(HealthNewsKind.Prevented, target.Instance, cause));
                return;
            }

            Open_NeedsLock(target, cause, now);
        }

        target.Owner.Refresh();
    }

    /// <summary>Hears of a call to a target that is ejected or on trial; what began before that says nothing new.</summary>
    private void ObserveTrial(Target target, CallResult result, long started, long now)
    {
        lock (_gate)
        {
            BreakerState before = target.Health.State;
            if (before == BreakerState.Closed || started < target.Health.Since)
            {
                return;
            }

            Judge_NeedsLock(target, result, now);
            if (target.Health.State == before)
            {
                return;
            }
        }

        target.Owner.Refresh();
    }

    private void Judge_NeedsLock(Target target, CallResult result, long now)
    {
        TargetHealth health = target.Health;
        if (health.State == BreakerState.Open)
        {
            // called all the same, in a panic or by a caller that held on to it: a success is as good as a trial's
            if (result != CallResult.Success)
            {
                return;
            }

            BeginTrial_NeedsLock(target, now);
        }

        health.EndTrial(result == CallResult.Success);
        if (result is not CallResult.Success and not CallResult.Abandoned)
        {
            Open_NeedsLock(target, EjectionCause.TrialFailed, now);
        }
        else if (health.TrialSuccesses >= Breaker.TrialSuccesses)
        {
            Close_NeedsLock(target, now);
        }
    }

    private void EndWindow(long now)
    {
        Target? ejectedOne = null;
        lock (_gate)
        {
            if (now < _windowEnds)
            {
                return;
            }

            Volatile.Write(ref _windowEnds, now + _windowTicks);
            double? threshold = SuccessRateOutliers.Threshold(_targets, Ejection);
            (int candidates, int ejected) = CountEjected_NeedsLock();
            int room = EjectionLimit.Of(candidates, Ejection.MaxEjectedShare) - ejected;
            while (threshold is { } least && SuccessRateOutliers.Worst(_targets, least, Ejection) is { } worst)
            {
                if (room-- <= 0)
                {
                    Tell_NeedsLock(new HealthNews(HealthNewsKind.Prevented, worst.Instance, EjectionCause.SuccessRate));
                    break;
                }

                Open_NeedsLock(worst, EjectionCause.SuccessRate, now);
                ejectedOne = worst;
            }

            foreach (Target target in _targets)
            {
                target.Health.BeginWindow();
            }
        }

        ejectedOne?.Owner.Refresh();
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * _settings.Time.TimestampFrequency);
}
