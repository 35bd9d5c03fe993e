using FsCheck;
using FsCheck.Fluent;
using Muster.Checks.Scheduling;
using Muster.Model;

namespace Muster.Checks.Tests;

public sealed class ProbeScheduleTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ProbeSchedule _schedule = new(maxQuick: 8, maxSlow: 4, maxNew: 4, new Random(1));

    [Fact]
    public void Set_New_FirstRunIsSoon()
    {
        for (int i = 0; i < 200; i++)
        {
            ProbeSchedule schedule = new(1, 1, 1, new Random(i));
            schedule.Set(Definitions.Key(i), Definitions.Http(interval: 3600), ProbeContext.Default, 5 * Second);

            Assert.InRange(schedule.NextDue!.Value, 5 * Second, (5 * Second) + FirstRuns.MaxDelay);
        }
    }

    [Fact]
    public void Set_OneAfterTheOther_FirstRunsKeepTheirDistance()
    {
        ProbeSchedule schedule = new(1, 1, 100, new Random(1));
        for (int i = 0; i < 100; i++)
        {
            schedule.Set(Definitions.Key(i), Definitions.Http(interval: 10), ProbeContext.Default, TimeSpan.Zero);
        }

        List<TimeSpan> due = [];
        while (schedule.TryTake(10 * Second, out ProbeRun? run))
        {
            due.Add(run.Due);
        }

        Assert.Equal(100, due.Count);
        Assert.InRange(due[^1], TimeSpan.Zero, FirstRuns.MaxDelay + (FirstRuns.Spacing * 100));
        Assert.All(due.Zip(due.Skip(1)), pair => Assert.True(pair.Second - pair.First >= FirstRuns.Spacing));
    }

    [Fact]
    public void Set_ChangedAllTheTime_RunsOnceASecondAtMost()
    {
        TimeSpan now = TimeSpan.Zero;
        TimeSpan last = -10 * Second;
        for (int i = 0; i < 300; i++)
        {
            now += TimeSpan.FromMilliseconds(100);
            _schedule.Set(Definitions.Key(1), WithHeader($"{i}"), ProbeContext.Default, now);
            if (_schedule.TryTake(now, out ProbeRun? run))
            {
                Assert.True(now - last >= Second);
                last = now;
                _schedule.Complete(run, now, RunEnd.Quick);
            }
        }
    }

    /// <summary>The first run came sooner than its place; the second puts the check there, the others keep it.</summary>
    [Fact]
    public void Complete_Runs_SecondWithinTheIntervalOthersOneIntervalAfterTheEnd()
    {
        ProbeRun first = SetAndTake(1);
        _schedule.Complete(first, 23 * Second, RunEnd.Slow);
        Assert.InRange(_schedule.NextDue!.Value, 23 * Second, 33 * Second);

        Assert.True(_schedule.TryTake(33 * Second, out ProbeRun? second));
        _schedule.Complete(second, 40 * Second, RunEnd.Slow);
        Assert.Equal(50 * Second, _schedule.NextDue);
    }

    [Fact]
    public void Set_EqualDefinition_KeepsItsSchedule()
    {
        _schedule.Set(Definitions.Key(1), WithHeader("yes"), ProbeContext.Default, TimeSpan.Zero);
        TimeSpan? due = _schedule.NextDue;

        _schedule.Set(Definitions.Key(1), WithHeader("yes"), new ProbeContext(new TargetPolicy()), 3 * Second);
        Assert.Equal(due, _schedule.NextDue);

        _schedule.Set(Definitions.Key(1), WithHeader("no"), ProbeContext.Default, 300 * Second);
        Assert.NotEqual(due, _schedule.NextDue);
        Assert.Equal(1, _schedule.Count);
    }

    [Fact]
    public void Set_EqualDefinitionWhileRunning_KeepsTheRun()
    {
        ProbeRun run = SetAndTake(1);

        Assert.Null(_schedule.Set(Definitions.Key(1), Definitions.Http(), ProbeContext.Default, 11 * Second));
        Assert.False(run.IsSuperseded);
    }

    [Fact]
    public void Set_OtherContext_StartsOver()
    {
        ProbeRun run = SetAndTake(1);

        ProbeRun? superseded = _schedule.Set(
            Definitions.Key(1), Definitions.Http(), new ProbeContext(new TargetPolicy { AllowLinkLocal = true }), 11 * Second);

        Assert.Same(run, superseded);
        Assert.True(run.IsSuperseded);
    }

    [Fact]
    public void Set_ReplacedWhileRunning_NextRunWaitsForTheEndOfTheOld()
    {
        ProbeRun run = SetAndTake(1);
        CheckDefinition replacement = Definitions.Http("http://127.0.0.2/");

        Assert.Same(run, _schedule.Set(Definitions.Key(1), replacement, ProbeContext.Default, 11 * Second));
        Assert.False(_schedule.TryTake(100 * Second, out _));

        _schedule.Complete(run, 100 * Second, RunEnd.Quick);
        Assert.True(_schedule.TryTake(100 * Second, out ProbeRun? next));
        Assert.Same(replacement, next.Definition);
        Assert.InRange(next.Due, 11 * Second, 21 * Second);
    }

    [Fact]
    public void Remove_Waiting_NothingIsLeft()
    {
        _schedule.Set(Definitions.Key(1), Definitions.Http(), ProbeContext.Default, TimeSpan.Zero);

        Assert.Null(_schedule.Remove(Definitions.Key(1)));
        Assert.Null(_schedule.NextDue);
        Assert.Equal(0, _schedule.Count);
        Assert.Null(_schedule.Remove(Definitions.Key(1)));
    }

    [Fact]
    public void Remove_Running_RunIsSupersededAndTheSlotGoesWithIt()
    {
        ProbeRun run = SetAndTake(1);

        Assert.Same(run, _schedule.Remove(Definitions.Key(1)));
        Assert.True(run.IsSuperseded);
        Assert.Equal((0, 1), (_schedule.Count, _schedule.Running));
        Assert.Null(_schedule.Remove(Definitions.Key(1)));

        _schedule.Complete(run, 20 * Second, RunEnd.Quick);
        Assert.Equal((0, 0), (_schedule.Count, _schedule.Running));
        Assert.Null(_schedule.NextDue);
    }

    [Fact]
    public void Set_AgainAfterRemoveWhileRunning_DoesNotOverlap()
    {
        ProbeRun run = SetAndTake(1);
        _schedule.Remove(Definitions.Key(1));

        _schedule.Set(Definitions.Key(1), Definitions.Http(), ProbeContext.Default, 11 * Second);
        Assert.Equal(1, _schedule.Count);
        Assert.True(run.IsSuperseded);
        Assert.False(_schedule.TryTake(100 * Second, out _));

        _schedule.Complete(run, 100 * Second, RunEnd.Quick);
        Assert.True(_schedule.TryTake(100 * Second, out _));
    }

    [Fact]
    public void TryTake_MoreDueThanPlaces_LongestWaitingFirst()
    {
        for (int i = 0; i < 50; i++)
        {
            _schedule.Set(Definitions.Key(i), Definitions.Http(), ProbeContext.Default, TimeSpan.Zero);
        }

        TimeSpan last = TimeSpan.Zero;
        HashSet<CheckKey> seen = [];
        while (_schedule.TryTake(10 * Second, out ProbeRun? run))
        {
            Assert.True(run.Due >= last);
            Assert.True(seen.Add(run.Key));
            last = run.Due;
            _schedule.Complete(run, 10 * Second, RunEnd.Quick);
        }

        Assert.Equal(50, seen.Count);
    }

    [Fact]
    public void TryTake_NewChecks_OnlyTheirPlacesAreUsed()
    {
        for (int i = 0; i < 50; i++)
        {
            _schedule.Set(Definitions.Key(i), Definitions.Http(), ProbeContext.Default, TimeSpan.Zero);
        }

        Assert.Equal(4, TakeAll(10 * Second).Count);
    }

    [Fact]
    public void TryTake_DeadTargetsFillTheirLane_QuickAndNewChecksStillRunOnTime()
    {
        _schedule.Complete(SetAndTake(0), 10 * Second, RunEnd.Quick);
        Assert.True(_schedule.TryTake(20 * Second, out ProbeRun? settled));
        _schedule.Complete(settled, 20 * Second, RunEnd.Quick);
        for (int i = 1; i < 50; i++)
        {
            _schedule.Complete(SetAndTake(i), 10 * Second, RunEnd.Slow);
        }

        Assert.Equal(4, TakeAll(29 * Second).Count);
        Assert.Equal(30 * Second, _schedule.NextDue);
        Assert.True(_schedule.TryTake(30 * Second, out ProbeRun? run));
        Assert.Equal(Definitions.Key(0), run.Key);

        _schedule.Set(Definitions.Key(99), Definitions.Http(), ProbeContext.Default, 31 * Second);
        Assert.True(_schedule.TryTake(32 * Second, out ProbeRun? fresh));
        Assert.Equal(Definitions.Key(99), fresh.Key);
    }

    [Fact]
    public void TryTake_QuickChecks_EveryQuickPlaceIsUsedAndNoneMore()
    {
        ProbeSchedule schedule = new(8, 4, 4, new Random(1));
        for (int i = 0; i < 20; i++)
        {
            schedule.Set(Definitions.Key(i), Definitions.Http(), ProbeContext.Default, TimeSpan.Zero);
        }

        while (schedule.TryTake(10 * Second, out ProbeRun? run))
        {
            schedule.Complete(run, 10 * Second, RunEnd.Quick);
        }

        int taken = 0;
        while (schedule.TryTake(20 * Second, out _))
        {
            taken++;
        }

        Assert.Equal(8, taken);
        Assert.Null(schedule.NextDue);
    }

    [Fact]
    public void Complete_Excused_RunsAgainAtOnceAndOnlyOnce()
    {
        ProbeRun run = SetAndTake(1);
        Assert.True(run.MayBeExcused);

        _schedule.Complete(run, 70 * Second, RunEnd.Excused);

        Assert.True(_schedule.TryTake(70 * Second, out ProbeRun? again));
        Assert.False(again.MayBeExcused);
        _schedule.Complete(again, 80 * Second, RunEnd.Slow);
        Assert.True(_schedule.TryTake(90 * Second, out ProbeRun? third));
        Assert.True(third.MayBeExcused);
    }

    [Fact]
    public void Spread_AfterALongStart_NothingIsOverdue()
    {
        for (int i = 0; i < 100; i++)
        {
            _schedule.Set(Definitions.Key(i), Definitions.Http(), ProbeContext.Default, TimeSpan.Zero);
        }

        _schedule.Spread(60 * Second);

        Assert.InRange(_schedule.NextDue!.Value, 60 * Second, 70 * Second);
    }

    /// <summary>Any sequence of calls keeps the counts honest, never overlaps a check and forgets nobody.</summary>
    [Fact]
    public void AnyCalls_InAnyOrder_KeepTheInvariants()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<int[]>(), calls =>
        {
            ProbeSchedule schedule = new(2, 1, 1, new Random(7));
            HashSet<CheckKey> model = [];
            List<ProbeRun> running = [];
            TimeSpan now = TimeSpan.Zero;
            foreach (int call in calls.SelectMany(number => Enumerable.Range(number & 0xFFFF, 5)))
            {
                now += TimeSpan.FromSeconds(call % 7);
                CheckKey key = Definitions.Key(call % 5);
                switch (call % 4)
                {
                    case 0:
                        schedule.Set(key, Definitions.Http(interval: 1 + (call % 3)), ProbeContext.Default, now);
                        model.Add(key);
                        break;
                    case 1:
                        schedule.Remove(key);
                        model.Remove(key);
                        break;
                    case 2 when running.Count > 0:
                        schedule.Complete(running[call % running.Count], now, (RunEnd)(call % 3));
                        running.RemoveAt(call % running.Count);
                        break;
                    default:
                        if (schedule.TryTake(now, out ProbeRun? run))
                        {
                            Assert.DoesNotContain(running, other => other.Key == run.Key);
                            running.Add(run);
                        }

                        break;
                }

                Assert.Equal((model.Count, running.Count), (schedule.Count, schedule.Running));
            }

            running.ForEach(run => schedule.Complete(run, now, RunEnd.Quick));
            now += TimeSpan.FromMinutes(1);
            List<CheckKey> runnable = [];
            while (schedule.TryTake(now, out ProbeRun? run))
            {
                runnable.Add(run.Key);
                schedule.Complete(run, now, RunEnd.Quick);
            }

            Assert.Equal(model.Order(KeyOrder), runnable.Order(KeyOrder));
        }).QuickCheckThrowOnFailure();
    }

    private static Comparer<CheckKey> KeyOrder { get; } = Comparer<CheckKey>.Create((a, b) => string.CompareOrdinal(a.CheckId, b.CheckId));

    private static CheckDefinition WithHeader(string value) => Definitions.Http() with
    {
        Http = new HttpProbe("http://127.0.0.1/") { Headers = [new("X-Probe", new List<string> { value })] },
    };

    private ProbeRun SetAndTake(int number)
    {
        _schedule.Set(Definitions.Key(number), Definitions.Http(), ProbeContext.Default, TimeSpan.Zero);
        Assert.True(_schedule.TryTake(10 * Second, out ProbeRun? run));
        return run;
    }

    private List<ProbeRun> TakeAll(TimeSpan now)
    {
        List<ProbeRun> runs = [];
        while (_schedule.TryTake(now, out ProbeRun? run))
        {
            runs.Add(run);
        }

        return runs;
    }
}
