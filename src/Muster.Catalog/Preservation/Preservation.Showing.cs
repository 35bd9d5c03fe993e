using Muster.Model;

namespace Muster.Catalog;

// What is shown of it, and what an operator and the cluster say to it.
public sealed partial class Preservation
{
    private const int MaxEvents = 64;

    private volatile PreservationView _view;
    private PreservationEvent[] _events = [];
    private long _eventCount;
    private long _begun;
    private Isolation? _isolation;

    /// <summary>The state at the last survey; any thread.</summary>
    public PreservationView View => _view;

    /// <summary>
    /// The cluster says whether this server is cut off from most others. While it is, nothing expires that is registered on
    /// another server's own node: those who are silent here may be heard there.
    /// </summary>
    /// <param name="isolated">Whether it is.</param>
    /// <param name="cause">In words, such as <c>sees 1 of 3 servers</c>.</param>
    public void SetIsolated(bool isolated, string cause)
    {
        lock (_gate)
        {
            if (isolated == _isolation is not null || !_options.Enabled)
            {
                return;
            }

            bool wasReleased = _isolation is { IsReleased: true }; // its end was told then
            _isolation = isolated ? new Isolation(_clock.Ticks, cause, _time.GetUtcNow(), LatestEnd()) : null;
            if (!wasReleased)
            {
                Tell(isolated, Isolated, PreservationSignal.Cluster, cause);
                Show();
            }
        }
    }

    /// <summary>
    /// Ends holds by an operator's will. What is still silent then expires; the scope is not held again before its share has
    /// been back under the threshold once.
    /// </summary>
    /// <param name="scope">The scope of the hold, null for every one.</param>
    /// <param name="cause">Who asked.</param>
    /// <returns>How many holds there were.</returns>
    public int End(string? scope, string cause)
    {
        lock (_gate)
        {
            int ended = 0;
            foreach (Scope each in _scopes)
            {
                foreach (Signal signal in (ReadOnlySpan<Signal>)[each.Heartbeats, each.Probes])
                {
                    if (signal.Hold is not null && (scope is null || scope == each.Name))
                    {
                        signal.IsReleased = true;
                        End(signal, cause);
                        ended++;
                    }
                }
            }

            if (_isolation is { IsReleased: false } && scope is null or Isolated)
            {
                _isolation.IsReleased = true;
                Tell(began: false, Isolated, PreservationSignal.Cluster, cause);
                ended++;
            }

            Show();
            return ended;
        }
    }

    /// <summary>What holds an instance, in words; null when nothing does. Any thread.</summary>
    public string? WhyHeld(Instance instance)
    {
        IReadOnlyList<PreservationHold> holds = _view.Holds;
        if (holds.Count == 0)
        {
            return null;
        }

        long now = _clock.Ticks;
        foreach (PreservationHold hold in holds)
        {
            bool contains = hold.Part?.Contains(instance.Node.Entry, instance) ?? IsForeign(instance.Node.Entry);
            if (contains && WhatIsHeld(instance, hold.Signal, now) is { } what)
            {
                return $"{what}; held since {hold.Since:HH:mm:ss}Z by {hold.Scope}: {hold.Cause}";
            }
        }

        return null;
    }

    /// <summary>The instances that holds keep, sorted by service, node and id. Any thread.</summary>
    /// <param name="most">At most so many.</param>
    public IReadOnlyList<HeldInstance> ListHeld(int most)
    {
        var held = new List<HeldInstance>();
        if (!_view.IsHolding)
        {
            return held;
        }

        foreach (ServiceSnapshot service in _catalog.Services)
        {
            foreach (Instance instance in service.Instances)
            {
                if (held.Count == most)
                {
                    return held;
                }

                if (WhyHeld(instance) is { } reason)
                {
                    held.Add(new HeldInstance(instance, reason));
                }
            }
        }

        return held;
    }

    /// <summary>The output of a check that fails and yet stays as it is.</summary>
    internal string Explain(HealthStatus held, string output) =>
        $"{held.ToText()} held: more than {_options.ThresholdPercent} % of the probed checks failed within {Words.Span(_options.Window)}. {output}";

    private string? WhatIsHeld(Instance instance, PreservationSignal signal, long now)
    {
        if (signal != PreservationSignal.Probes && instance.Lease is { } lease && IsDue(lease, now))
        {
            return Silent(lease, TimeSpan.FromMilliseconds(instance.Data.LeaseMilliseconds));
        }

        foreach (Check check in instance.Checks)
        {
            if (IsDue(check.Lease, now) && !check.Lease.IsLease)
            {
                return $"check \"{instance.CheckIdOf(check)}\" has been critical for longer than {Words.Span(check.Definition.DeregisterAfter)}";
            }

            if (signal != PreservationSignal.Probes && check.Definition.Kind == CheckKind.Ttl && IsDue(check.Lease, now))
            {
                return Silent(check.Lease, check.Definition.Ttl);
            }

            if (signal == PreservationSignal.Probes && check.Definition.Kind.IsProbe() && check.Status != HealthStatus.Critical && HealthStreak.IsFailing(check))
            {
                return $"check \"{instance.CheckIdOf(check)}\" fails and stays {check.Status.ToText()}";
            }
        }

        return null;
    }

    private static bool IsDue(WheelEntry lease, long now) => !lease.Follows && lease.Deadline > 0 && lease.Deadline <= now;

    private string Silent(WheelEntry lease, TimeSpan ttl) =>
        $"last heartbeat {Words.Span(_clock.Since(lease.Deadline, ttl))} ago, TTL {Words.Span(ttl)}";

    private void EndIsolationIfTooLong(long now)
    {
        if (_isolation is { IsReleased: false } && _options.MaxHold > TimeSpan.Zero && now - _isolation.Tick >= TicksIn(_options.MaxHold))
        {
            _isolation.IsReleased = true;
            Tell(began: false, Isolated, PreservationSignal.Cluster, $"the longest hold of {Words.Span(_options.MaxHold)} is over");
        }
    }

    private DateTimeOffset? LatestEnd() => _options.MaxHold > TimeSpan.Zero ? _time.GetUtcNow() + _options.MaxHold : null;

    private string CauseOf(Signal signal)
    {
        string what = signal.Kind == PreservationSignal.Heartbeats ? "heartbeats are missing" : "probed checks fail";
        return $"{signal.Counted.Missed} of {signal.Counted.Expected} {what}, more than {_options.ThresholdPercent} %";
    }

    private PreservationHold Describe(Signal signal, PreservationHold hold)
    {
        string what = signal.Kind == PreservationSignal.Heartbeats ? "are missing" : "fail";
        string until = signal.BackSince >= 0
            ? $"it stays so: at most {_options.ThresholdPercent} % {what} again"
            : $"at most {_options.ThresholdPercent} % {what}";
        return hold with
        {
            Expected = signal.Counted.Expected, Missed = signal.Counted.Missed, Held = signal.Counted.Due,
            Until = $"{until} for {Words.Span(_options.Window)}{OrLatest(hold.EndsAt)}",
        };
    }

    private static string OrLatest(DateTimeOffset? end) => end is { } latest ? $", {latest:HH:mm:ss}Z or an operator" : " or an operator ends it";

    private void Tell(bool began, string scope, PreservationSignal signal, string text)
    {
        _begun += began ? 1 : 0;
        PreservationEvent next = new(++_eventCount, _time.GetUtcNow(), began, scope, signal, text);
        _events = [.. _events.Skip(_events.Length - MaxEvents + 1), next];
    }

    /// <summary>Publishes what there is, when it is other than what was shown.</summary>
    private void Show()
    {
        var holds = new List<PreservationHold>();
        var counts = new List<PreservationScope>();
        foreach (Scope scope in _scopes)
        {
            foreach (Signal signal in (ReadOnlySpan<Signal>)[scope.Heartbeats, scope.Probes])
            {
                if (signal.Hold is { } hold)
                {
                    holds.Add(signal.Hold = Describe(signal, hold));
                }

                if (signal.Counted.Expected > 0)
                {
                    counts.Add(new PreservationScope(scope.Name, signal.Kind, signal.Counted.Expected, signal.Counted.Missed));
                }
            }
        }

        if (_isolation is { IsReleased: false } isolation)
        {
            holds.Add(new PreservationHold
            {
                Scope = Isolated, Signal = PreservationSignal.Cluster, Cause = isolation.Cause, Since = isolation.Since,
                Held = _scopes.Sum(scope => scope.Owner is { } node && IsForeign(node) ? scope.Heartbeats.Counted.Due : 0),
                Until = $"enough other servers are in sight{OrLatest(isolation.EndsAt)}", EndsAt = isolation.EndsAt,
            });
        }

        _anyHold = holds.Count > 0;
        holds.Sort(static (left, right) => left.Since.CompareTo(right.Since));
        PreservationView shown = _view;
        if (!holds.SequenceEqual(shown.Holds) || !counts.SequenceEqual(shown.Scopes) || !ReferenceEquals(_events, shown.Events))
        {
            _view = new PreservationView { Holds = holds, Scopes = counts, Events = _events, Begun = _begun, Survey = _survey };
        }
    }

    private sealed class Isolation(long tick, string cause, DateTimeOffset since, DateTimeOffset? endsAt)
    {
        public long Tick => tick;

        public string Cause => cause;

        public DateTimeOffset Since => since;

        public DateTimeOffset? EndsAt => endsAt;

        public bool IsReleased { get; set; }
    }
}
