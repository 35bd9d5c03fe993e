using FsCheck;
using FsCheck.Fluent;
using Muster.Checks.Scheduling;

namespace Muster.Checks.Tests;

/// <summary>Thousands of checks in virtual time: their starts stay spread, and who hangs keeps nobody else waiting.</summary>
public sealed class ProbeLoadTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>Fault plan H3: whatever the seed, many checks added at once never burst beyond twice the average, now or later.</summary>
    [Theory]
    [InlineData(10_000, true)]
    [InlineData(10_000, false)]
    [InlineData(4_000, true)]
    public void Runs_ManyAddedAtOnce_StaySpread(int checks, bool beforeTheStart)
    {
        TimeSpan bucket = TimeSpan.FromMilliseconds(100);
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            Random random = new(seed);
            ProbeSchedule schedule = new(512, 1024, 512, random);
            for (int i = 0; i < checks; i++)
            {
                schedule.Set(Definitions.Key(i), Definitions.Http(interval: 10), ProbeContext.Default, TimeSpan.Zero);
            }

            if (beforeTheStart)
            {
                schedule.Spread(TimeSpan.Zero);
            }

            int[] starts = new int[400];
            while (schedule.NextDue is { } now && now < bucket * starts.Length)
            {
                Assert.True(schedule.TryTake(now, out ProbeRun? run));
                starts[(int)(now / bucket)]++;
                schedule.Complete(run, now + TimeSpan.FromMilliseconds(random.Next(1, 50)), RunEnd.Quick);
            }

            Assert.True(starts.Max() <= 2 * checks / 100, $"{starts.Max()} starts in {bucket}");
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(10));
    }

    /// <summary>Of 2,000 checks at 10 s, so many hang until their timeout: nobody waits for them, not even one another.</summary>
    [Theory]
    [InlineData(600)]
    [InlineData(1500)]
    public void Runs_ManyTargetsHang_NobodyIsLate(int hanging)
    {
        const int checks = 2000;
        Simulation simulation = new(new ProbeSchedule(512, 2048, 512, new Random(3)), key => int.Parse(key.CheckId["check-".Length..]) < hanging);
        for (int i = 0; i < checks; i++)
        {
            simulation.Schedule.Set(Definitions.Key(i), Definitions.Http(interval: 10), ProbeContext.Default, TimeSpan.Zero);
        }

        List<(CheckKey Key, TimeSpan Lateness)> starts = simulation.Run(120 * Second);

        // lined up at the start, targets that hang fill the places of new checks for a moment; later nobody is late
        Assert.True(starts.Count > 12_000);
        TimeSpan[] sorted = [.. starts.Select(start => start.Lateness).Order()];
        Assert.True(sorted[sorted.Length * 99 / 100] < TimeSpan.FromMilliseconds(100), $"p99 {sorted[sorted.Length * 99 / 100]}");
        Assert.Equal(TimeSpan.Zero, starts[^5000..].Max(start => start.Lateness));
    }

    /// <summary>More hang than there are places for: once that is known, they wait for one another and nobody else does.</summary>
    [Fact]
    public void Runs_MoreTargetsHangThanPlaces_OnlyTheyAreLate()
    {
        const int checks = 8000;
        const int hanging = 6000;
        Simulation simulation = new(new ProbeSchedule(512, 2048, 512, new Random(3)), key => int.Parse(key.CheckId["check-".Length..]) < hanging);
        for (int i = 0; i < checks; i++)
        {
            simulation.Schedule.Set(Definitions.Key(i), Definitions.Http(interval: 10), ProbeContext.Default, TimeSpan.Zero);
        }

        List<(CheckKey Key, TimeSpan Lateness)> starts = simulation.Run(200 * Second);

        Assert.Equal(TimeSpan.Zero, starts[^20_000..].Where(start => int.Parse(start.Key.CheckId["check-".Length..]) >= hanging).Max(start => start.Lateness));
        Assert.True(starts[^5000..].Max(start => start.Lateness) > Second);
    }

    /// <summary>Runs a schedule in virtual time: quick targets take 2 ms, hanging ones the default timeout.</summary>
    private sealed class Simulation(ProbeSchedule schedule, Predicate<CheckKey> hangs)
    {
        private readonly PriorityQueue<(ProbeRun Run, bool Ends), TimeSpan> _events = new();

        public ProbeSchedule Schedule { get; } = schedule;

        public List<(CheckKey Key, TimeSpan Lateness)> Run(TimeSpan until)
        {
            List<(CheckKey, TimeSpan)> starts = [];
            for (TimeSpan now = TimeSpan.Zero; now < until;)
            {
                while (_events.TryPeek(out (ProbeRun Run, bool Ends) next, out TimeSpan at) && at <= now)
                {
                    _events.Dequeue();
                    if (next.Ends)
                    {
                        Schedule.Complete(next.Run, at, hangs(next.Run.Key) ? RunEnd.Slow : RunEnd.Quick);
                    }
                    else
                    {
                        Schedule.MoveToSlow(next.Run);
                    }
                }

                while (Schedule.TryTake(now, out ProbeRun? run))
                {
                    starts.Add((run.Key, now - run.Due));
                    _events.Enqueue((run, true), now + (hangs(run.Key) ? 10 * Second : TimeSpan.FromMilliseconds(2)));
                    if (hangs(run.Key))
                    {
                        _events.Enqueue((run, false), now + Second);
                    }
                }

                TimeSpan soonest = _events.TryPeek(out _, out TimeSpan first) ? first : until;
                now = Schedule.NextDue is { } due && due < soonest ? due : soonest;
            }

            return starts;
        }
    }
}
