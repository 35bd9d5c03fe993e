using System.Collections.Concurrent;

namespace Muster.Catalog;

/// <summary>
/// Self-preservation: when too many fall silent at once, the server rather doubts itself. What would expire is held, and the
/// server says so, why, since when and until what. See <c>docs/design/self-preservation.md</c>.
/// </summary>
/// <remarks>
/// Judged from what is there now, never from a running count: a survey of the catalog tells how many leases are late, and that
/// is all that a verdict rests on. So nothing can drift, and whoever is deregistered, replaced or back is not missed.
/// </remarks>
public sealed partial class Preservation
{
    /// <summary>The scope of the whole catalog.</summary>
    public const string WholeCatalog = "all";

    /// <summary>The scope of what belongs to other servers while this one is cut off.</summary>
    public const string Isolated = "isolated";

    private const int SurveysPerSecond = 4;
    private const int IdleSeconds = 5;

    /// <summary>Surveys take at most one part in so many of a core while something is due, and while nothing is.</summary>
    private const int BusyShare = 20, IdleShare = 200;

    private const int MaxLosses = 65_536;

    private readonly Catalog _catalog;
    private readonly PreservationOptions _options;
    private readonly Lock _gate;
    private readonly LeaseClock _clock;
    private readonly TimeProvider _time;
    private readonly TimeSpan _tick;
    private readonly Census _census;
    private readonly IndexHistory _history = new();
    private readonly Queue<Loss> _losses = new();
    private readonly List<Loss> _lossesToCount = [];
    private Scope[] _scopes = [];
    private long _nextSurvey;
    private long _nextSurveyWhenIdle;
    private TimeSpan _survey;
    private bool _probesFailed;
    private bool _anyHold;

    internal Preservation(Catalog catalog, Lock gate, LeaseClock clock, TimeProvider time)
    {
        _catalog = catalog;
        _options = catalog.Options.Preservation;
        _gate = gate;
        _clock = clock;
        _time = time;
        _tick = catalog.Options.Tick;
        _census = new Census(clock, catalog.Options.Replicated ? catalog.Origin : null);
        _view = PreservationView.Empty;
    }

    /// <summary>What applies.</summary>
    public PreservationOptions Options => _options;

    /// <summary>The ticks in a span, rounded up.</summary>
    private long TicksIn(TimeSpan span) => (span.Ticks + _tick.Ticks - 1) / _tick.Ticks;

    /// <summary>Under the lock, once a tick: whether a <see cref="Survey"/> is due before anything expires.</summary>
    internal bool BeginTick(long now, long index, bool anythingDue)
    {
        _history.Record(now, index);
        bool isWanted = anythingDue || _anyHold || _probesFailed;
        if (!_options.Enabled || now < (isWanted ? _nextSurvey : _nextSurveyWhenIdle))
        {
            return false;
        }

        _probesFailed = false;
        long horizon = now - TicksIn(_options.Window);
        while (_losses.TryPeek(out Loss oldest) && oldest.At < horizon)
        {
            _losses.Dequeue();
        }

        _lossesToCount.Clear();
        _lossesToCount.AddRange(_losses);
        return true;
    }

    /// <summary>Counts, without the lock; what it counts are snapshots. At most 4 times a second, and less often when it takes long.</summary>
    internal void Survey(ConcurrentDictionary<string, ServiceEntry> services, ConcurrentDictionary<string, NodeEntry> nodes, long now)
    {
        long begin = _time.GetTimestamp();
        _census.Take(services, nodes, _lossesToCount, _history, now, _time.GetUtcNow().ToUnixTimeSeconds());
        TimeSpan took = _time.GetElapsedTime(begin);
        _survey = took;
        _nextSurvey = now + Math.Max(TicksIn(TimeSpan.FromSeconds(1) / SurveysPerSecond), TicksIn(took * BusyShare));
        _nextSurveyWhenIdle = now + Math.Max(TicksIn(TimeSpan.FromSeconds(IdleSeconds)), TicksIn(took * IdleShare));
    }

    /// <summary>Under the lock, after a survey: decides what exceeds, what is over, and shows it.</summary>
    internal void Judge(long now)
    {
        _scopes = _census.Scopes;
        foreach (Scope scope in _scopes)
        {
            Judge(scope.Heartbeats, _census.All.Heartbeats, now);
            Judge(scope.Probes, _census.All.Probes, now);
        }

        EndIsolationIfTooLong(now);
        Show();
    }

    /// <summary>
    /// Under the lock: whether something that is due must stay. A hold begins with the first one that it saves.
    /// </summary>
    /// <param name="node">The node it is on.</param>
    /// <param name="instance">The instance, null for a node's own check.</param>
    /// <param name="isRemoval">A critical instance would be removed, whatever was missed.</param>
    internal bool MustKeep(NodeEntry node, Instance? instance, bool isRemoval)
    {
        if (!_options.Enabled)
        {
            return false;
        }

        bool held = _isolation is { IsReleased: false } && IsForeign(node);
        foreach (Scope scope in _scopes)
        {
            bool keeps = scope.Heartbeats.MustHold || (isRemoval && scope.Probes.MustHold);
            if (keeps && scope.Contains(node, instance))
            {
                held = true;
                Begin(scope.Heartbeats.MustHold ? scope.Heartbeats : scope.Probes);
            }
        }

        return held;
    }

    /// <summary>
    /// Under the lock: a probed check is about to turn critical. False when it must stay as it is, because too many others
    /// failed at the same time.
    /// </summary>
    internal bool MayFail(NodeEntry node, Instance? instance, Check check, ServiceEntry? service)
    {
        if (!_options.Enabled)
        {
            return true;
        }

        // the streak reaches the threshold once; later failures of a check that is held were counted then
        bool isNew = check.Lease.Failures == HealthStreak.FailuresToFail(check.Definition);
        _probesFailed = true;
        bool may = true;
        foreach (Scope scope in _scopes)
        {
            if (scope.Contains(node, instance))
            {
                Signal probes = scope.Probes;
                probes.Counted.Missed += isNew ? 1 : 0;
                may &= probes.IsCovered || probes.IsReleased || (probes.Hold is null && !Exceeds(probes.Counted));
            }
        }

        if (may)
        {
            NoteLoss(new Loss(PreservationSignal.Probes, check.Lease, service, node, instance, Census.LastGood(check, _clock.Ticks, _tick), _clock.Ticks));
        }

        return may;
    }

    /// <summary>Under the lock: something expired that was expected to renew.</summary>
    internal void NoteLoss(in Loss loss)
    {
        if (_losses.Count == MaxLosses)
        {
            _losses.Dequeue();
        }

        _losses.Enqueue(loss);
    }

    private bool Exceeds(in Tally counted) =>
        counted.Expected >= _options.MinExpected && counted.Missed * 100L > (long)_options.ThresholdPercent * counted.Expected;

    private void Judge(Signal signal, Signal all, long now)
    {
        signal.Counted = signal.Counting;
        signal.IsCovered = !signal.Scope.IsAll && signal.Counting.Expected == all.Counting.Expected;
        signal.Exceeds = !signal.IsCovered && Exceeds(signal.Counted);
        signal.IsReleased &= signal.Exceeds;
        if (signal.Hold is null)
        {
            if (signal.Kind == PreservationSignal.Probes && signal.MustHold)
            {
                Begin(signal);
            }

            return;
        }

        signal.BackSince = signal.Exceeds ? -1 : signal.BackSince < 0 ? now : signal.BackSince;
        if (signal.BackSince >= 0 && now - signal.BackSince >= TicksIn(_options.Window))
        {
            End(signal, $"at most {_options.ThresholdPercent} % missing for {Words.Span(_options.Window)}");
        }
        else if (_options.MaxHold > TimeSpan.Zero && now - signal.HeldSince >= TicksIn(_options.MaxHold))
        {
            signal.IsReleased = signal.Exceeds;
            End(signal, $"the longest hold of {Words.Span(_options.MaxHold)} is over");
        }
    }

    private void Begin(Signal signal)
    {
        if (signal.Hold is not null)
        {
            return;
        }

        signal.HeldSince = _clock.Ticks;
        signal.BackSince = -1;
        signal.Hold = Describe(signal, new PreservationHold
        {
            Scope = signal.Scope.Name, Part = signal.Scope, Signal = signal.Kind, Cause = CauseOf(signal),
            Since = _time.GetUtcNow(), Until = "", EndsAt = LatestEnd(),
        });
        Tell(began: true, signal.Scope.Name, signal.Kind, signal.Hold.Cause);
        _anyHold = true;
        Show();
    }

    private void End(Signal signal, string why)
    {
        signal.Hold = null;
        Tell(began: false, signal.Scope.Name, signal.Kind, why);
    }

    /// <summary>Whether something is registered on another server's own node.</summary>
    private bool IsForeign(NodeEntry node) => !_catalog.IsLocal(node) && node.Current.IsServer;
}
