using System.Diagnostics.Metrics;
using Muster.Checks.Probing;
using Muster.Checks.Scheduling;
using Muster.Model;

namespace Muster.Checks;

/// <summary>
/// Runs checks on time and reports every result. It decides no status change: thresholds, TTLs and
/// deregistration belong to whoever takes the results.
/// </summary>
/// <remarks>
/// Thread-safe. <see cref="ProbeSchedule"/> decides under one lock; one timer wakes for the earliest check that is due;
/// probes run on the thread pool. Nothing is called while the lock is held, and <see cref="Set"/> and <see cref="Remove"/>
/// call nobody at all, so they may be used under a lock that the sink takes too.
/// </remarks>
public sealed class CheckScheduler : IAsyncDisposable
{
    /// <summary>A time-out that fires this much too late means that this process stood still, not that the target did.</summary>
    private static readonly TimeSpan OwnPause = TimeSpan.FromSeconds(1);

    /// <summary>The timer never sleeps longer; its own limit is seven weeks.</summary>
    private static readonly TimeSpan LongestSleep = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly ProbeSchedule _schedule;
    private readonly ICheckResultSink _sink;
    private readonly IProber _prober;
    private readonly TimeProvider _time;
    private readonly CheckMetrics _metrics;
    private readonly ITimer _timer;
    private readonly LocalHealth _health = new();
    private readonly LagSampler _sampler;
    private readonly long _origin;
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _started;
    private bool _stopped;

    /// <summary>Creates a scheduler that runs nothing until <see cref="Start"/>.</summary>
    /// <param name="options">Limits, read once.</param>
    /// <param name="sink">Takes the results.</param>
    /// <param name="time">The clock for intervals and timeouts.</param>
    /// <param name="random">Spreads first runs. Used by this scheduler only.</param>
    /// <param name="meter">Gets the <c>muster.checks.*</c> instruments.</param>
    public CheckScheduler(CheckSchedulerOptions options, ICheckResultSink sink, TimeProvider time, Random random, Meter meter)
        : this(options, sink, time, random, meter, new ProberOfAllKinds(time))
    {
    }

    internal CheckScheduler(
        CheckSchedulerOptions options, ICheckResultSink sink, TimeProvider time, Random random, Meter meter, IProber prober)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.MaxConcurrency < 1 || options.MaxSlowConcurrency < 1 || options.MaxNewConcurrency < 1)
        {
            throw new ArgumentException("each kind of check must have at least one place to run", nameof(options));
        }

        _schedule = new ProbeSchedule(options.MaxConcurrency, options.MaxSlowConcurrency, options.MaxNewConcurrency, random);
        _sink = sink;
        _prober = prober;
        _time = time;
        _origin = time.GetTimestamp();
        _metrics = new CheckMetrics(meter, () => Count, () => Running, () => _health.Score);
        _sampler = new LagSampler(_health, time);
        _timer = time.CreateTimer(static scheduler => ((CheckScheduler)scheduler!).StartDueRuns(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>How many checks are scheduled.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _schedule.Count;
            }
        }
    }

    /// <summary>How many probes are running.</summary>
    public int Running
    {
        get
        {
            lock (_gate)
            {
                return _schedule.Running;
            }
        }
    }

    private TimeSpan Now => _time.GetElapsedTime(_origin);

    /// <summary>
    /// Begins to run checks, those that were set before lined up as if they were set now. Calling it again, or after
    /// disposal, does nothing.
    /// </summary>
    public void Start()
    {
        lock (_gate)
        {
            if (!_started && !_stopped)
            {
                _started = true;
                _schedule.Spread(Now);
                _sampler.Start();
                ArmTimer_NeedsLock();
            }
        }
    }

    /// <summary>
    /// Adds or replaces a check. Equal to what is there, it keeps its schedule; else a run in progress is abandoned and
    /// the check starts over, soon. A kind that needs no probe is the same as
    /// <see cref="Remove"/>.
    /// </summary>
    public void Set(CheckKey key, CheckDefinition definition, ProbeContext context)
    {
        ArgumentNullException.ThrowIfNull(definition);
        ArgumentNullException.ThrowIfNull(context);
        if (!definition.Kind.IsProbe())
        {
            Remove(key);
            return;
        }

        ProbeRun? superseded;
        lock (_gate)
        {
            if (_stopped)
            {
                return;
            }

            superseded = _schedule.Set(key, definition, context, Now);
            ArmTimer_NeedsLock();
        }

        superseded?.Abandon();
    }

    /// <summary>Stops running a check and abandons a run in progress. An unknown check is no error.</summary>
    public void Remove(CheckKey key)
    {
        ProbeRun? superseded;
        lock (_gate)
        {
            superseded = _schedule.Remove(key);
        }

        superseded?.Abandon();
    }

    /// <summary>Starts no more runs, abandons those in progress and waits for them to end. No result is reported afterwards.</summary>
    public async ValueTask DisposeAsync()
    {
        List<ProbeRun> runs;
        lock (_gate)
        {
            _stopped = true;
            runs = _schedule.SupersedeAll();
            CompleteStop_NeedsLock();
        }

        await _sampler.DisposeAsync();
        await _timer.DisposeAsync();
        foreach (ProbeRun run in runs)
        {
            run.Abandon();
        }

        await _drained.Task;
        _prober.Dispose();
    }

    private void StartDueRuns()
    {
        lock (_gate)
        {
            StartDueRuns_NeedsLock();
        }
    }

    private void StartDueRuns_NeedsLock()
    {
        if (!_started || _stopped)
        {
            return;
        }

        while (_schedule.TryTake(Now, out ProbeRun? run))
        {
            ThreadPool.UnsafeQueueUserWorkItem(static work => _ = work.Scheduler.RunAsync(work.Run), (Scheduler: this, Run: run), preferLocal: false);
        }

        ArmTimer_NeedsLock();
    }

    private void ArmTimer_NeedsLock()
    {
        if (!_started || _stopped || _schedule.NextDue is not { } due)
        {
            return;
        }

        // whole milliseconds, rounded up: a timer that fires a little too early would find nothing to do
        TimeSpan sleep = TimeSpan.FromTicks(Math.Clamp((due - Now).Ticks, 0, LongestSleep.Ticks));
        _timer.Change(TimeSpan.FromMilliseconds(Math.Ceiling(sleep.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
    }

    private void MoveToSlow(ProbeRun run)
    {
        lock (_gate)
        {
            _schedule.MoveToSlow(run);
            StartDueRuns_NeedsLock();
        }
    }

    private async Task RunAsync(ProbeRun run)
    {
        TimeSpan began = Now;
        _metrics.Started(began - run.Due);
        (ProbeResult result, bool timedOut) = await ProbeAsync(run);
        TimeSpan duration = Now - began;

        RunEnd end = duration <= ProbeDeadline.QuickRun ? RunEnd.Quick : RunEnd.Slow;
        if (timedOut && run.MayBeExcused && (_health.Score > 0 || duration > ProbeTiming.TimeoutOf(run.Definition) + OwnPause))
        {
            end = RunEnd.Excused;
            _metrics.Excused();
        }
        else if (IsWanted(run))
        {
            _metrics.Ended(run.Definition.Kind, result.Status, duration);
            Report(run.Key, result);
        }

        lock (_gate)
        {
            _schedule.Complete(run, Now, end);
            StartDueRuns_NeedsLock();
            CompleteStop_NeedsLock();
        }
    }

    private async Task<(ProbeResult Result, bool TimedOut)> ProbeAsync(ProbeRun run)
    {
        TimeSpan timeout = ProbeTiming.TimeoutOf(run.Definition);
        using ProbeDeadline deadline = new(run, timeout, _health, _time, MoveToSlow);
        ProbeResult result;
        try
        {
            result = await _prober.ProbeAsync(run.Definition, run.Context, timeout, run.Abandoned);
        }
        catch (Exception e)
        {
            // a fault of ours; the check must go on, and somebody must be able to see why it fails
            result = ProbeResult.Critical($"the check could not run: {e.GetType().Name}: {e.Message}");
        }

        return (result, deadline.HasPassed);
    }

    private bool IsWanted(ProbeRun run)
    {
        lock (_gate)
        {
            return !run.IsSuperseded;
        }
    }

    private void Report(CheckKey key, ProbeResult result)
    {
        try
        {
            _sink.Report(key, result.Status, OutputText.Cap(result.Output));
        }
        catch (Exception)
        {
            _metrics.ReportFailed();
        }
    }

    private void CompleteStop_NeedsLock()
    {
        if (_stopped && _schedule.Running == 0)
        {
            _drained.TrySetResult();
        }
    }
}
