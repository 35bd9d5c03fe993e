using System.Diagnostics.CodeAnalysis;
using Muster.Model;

namespace Muster.Checks.Scheduling;

/// <summary>
/// Decides which check runs when. Pure: time comes in as the span since an arbitrary origin, nothing is started here.
/// </summary>
/// <remarks>
/// A check first runs soon (<see cref="FirstRuns"/>), then at some place within its interval, then one interval after each
/// end, so checks that were added together are spread and stay so. Runs of one check never overlap, not even those of a
/// check and its replacement. When more checks are due than may run, the one that waited longest goes first; checks
/// that are new and checks that are slow have lanes of their own, so that dead targets cannot starve the living.
/// Not thread-safe.
/// </remarks>
internal sealed class ProbeSchedule(int maxQuick, int maxSlow, int maxNew, Random random)
{
    private readonly Dictionary<CheckKey, ProbeSlot> _slots = [];
    private readonly ProbeLane _quick = new(maxQuick);
    private readonly ProbeLane _slow = new(maxSlow);
    private readonly ProbeLane _new = new(maxNew);
    private readonly FirstRuns _firstRuns = new(random);
    private int _removedButRunning;

    /// <summary>How many checks are scheduled.</summary>
    public int Count => _slots.Count - _removedButRunning;

    /// <summary>How many runs are in progress.</summary>
    public int Running => _quick.Running + _slow.Running + _new.Running;

    /// <summary>When <see cref="TryTake"/> will next have something to give, unless a run ends or a check is added before; null for never.</summary>
    public TimeSpan? NextDue => NextSlot()?.Due;

    /// <summary>Adds or replaces a check. Returns the run whose result nobody wants any more, if there is one.</summary>
    public ProbeRun? Set(CheckKey key, CheckDefinition definition, ProbeContext context, TimeSpan now)
    {
        if (!_slots.TryGetValue(key, out ProbeSlot? slot))
        {
            slot = new ProbeSlot(key, definition, context);
            _slots.Add(key, slot);
        }
        else if (slot.IsRemoved)
        {
            slot.IsRemoved = false;
            _removedButRunning--;
        }
        else if (slot.Definition == definition && slot.Context == context)
        {
            return null;
        }

        StopWaiting(slot);
        slot.Definition = definition;
        slot.Context = context;
        slot.Speed = ProbeSpeed.Unknown;
        slot.WasExcused = false;
        PlaceFirst(slot, now);
        if (slot.Run is null)
        {
            LaneOf(slot).Waiting.Add(slot);
        }

        return Supersede(slot);
    }

    /// <summary>Removes a check, known or not. Returns the run whose result nobody wants any more, if there is one.</summary>
    public ProbeRun? Remove(CheckKey key)
    {
        if (!_slots.TryGetValue(key, out ProbeSlot? slot) || slot.IsRemoved)
        {
            return null;
        }

        StopWaiting(slot);
        if (slot.Run is null)
        {
            _slots.Remove(key);
            return null;
        }

        slot.IsRemoved = true;
        _removedButRunning++;
        return Supersede(slot);
    }

    /// <summary>Lines up the first runs of every waiting check from now on.</summary>
    public void Spread(TimeSpan now)
    {
        foreach (ProbeSlot slot in _slots.Values)
        {
            if (slot.Run is null)
            {
                StopWaiting(slot);
                PlaceFirst(slot, now);
                LaneOf(slot).Waiting.Add(slot);
            }
        }
    }

    /// <summary>Takes the next check that is due and may run; every run taken must be given back to <see cref="Complete"/>.</summary>
    public bool TryTake(TimeSpan now, [NotNullWhen(true)] out ProbeRun? run)
    {
        ProbeSlot? slot = NextSlot();
        if (slot is null || slot.Due > now)
        {
            run = null;
            return false;
        }

        ProbeLane lane = LaneOf(slot);
        lane.Waiting.Remove(slot);
        lane.Running++;
        run = new ProbeRun(slot, lane);
        slot.Run = run;
        return true;
    }

    /// <summary>A run has taken longer than a quick one does: if there is room among the slow, it leaves its place to others.</summary>
    public void MoveToSlow(ProbeRun run)
    {
        if (!run.HasEnded && run.Lane != _slow && !_slow.IsFull)
        {
            run.Lane.Running--;
            _slow.Running++;
            run.Lane = _slow;
        }
    }

    /// <summary>Ends a run and schedules the check's next one.</summary>
    public void Complete(ProbeRun run, TimeSpan now, RunEnd end)
    {
        ProbeSlot slot = run.Slot;
        run.Lane.Running--;
        run.HasEnded = true;
        slot.Run = null;
        if (slot.IsRemoved)
        {
            _removedButRunning--;
            _slots.Remove(slot.Key);
            return;
        }

        if (!run.IsSuperseded)
        {
            slot.Speed = end == RunEnd.Quick ? ProbeSpeed.Quick : ProbeSpeed.Slow;
            slot.WasExcused = end == RunEnd.Excused;
            slot.Due = end == RunEnd.Excused ? now : now + (ProbeTiming.IntervalOf(slot.Definition) * (slot.IsEarly ? _firstRuns.NextPlace() : 1));
            slot.IsEarly &= end == RunEnd.Excused;
        }

        slot.Ended = now;
        LaneOf(slot).Waiting.Add(slot);
    }

    /// <summary>Marks every run as unwanted and returns them.</summary>
    public List<ProbeRun> SupersedeAll()
    {
        List<ProbeRun> runs = [];
        foreach (ProbeSlot slot in _slots.Values)
        {
            if (Supersede(slot) is { } run)
            {
                runs.Add(run);
            }
        }

        return runs;
    }

    private static ProbeRun? Supersede(ProbeSlot slot)
    {
        if (slot.Run is { } run)
        {
            run.IsSuperseded = true;
        }

        return slot.Run;
    }

    private ProbeSlot? NextSlot() => Earlier(Earlier(_quick.Next, _slow.Next), _new.Next);

    private static ProbeSlot? Earlier(ProbeSlot? left, ProbeSlot? right) =>
        left is null || (right is not null && right.Due < left.Due) ? right : left;

    private ProbeLane LaneOf(ProbeSlot slot) => slot.Speed switch
    {
        ProbeSpeed.Unknown => _new,
        ProbeSpeed.Quick => _quick,
        _ => _slow,
    };

    private void StopWaiting(ProbeSlot slot)
    {
        if (slot.HeapIndex >= 0)
        {
            LaneOf(slot).Waiting.Remove(slot);
        }
    }

    private void PlaceFirst(ProbeSlot slot, TimeSpan now)
    {
        (slot.Due, slot.IsEarly) = _firstRuns.Next(now, ProbeTiming.IntervalOf(slot.Definition));
        if (slot.Ended > TimeSpan.MinValue && slot.Due < slot.Ended + ProbeTiming.MinInterval)
        {
            // whoever registers a check anew all the time must not make it run all the time
            slot.Due = slot.Ended + ProbeTiming.MinInterval;
        }
    }
}
