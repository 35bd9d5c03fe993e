using Muster.Checks.Tests.Fakes;
using Muster.Model;

namespace Muster.Checks.Tests;

/// <summary>One run of a check: how it ends, how long it may take, and when the next one begins.</summary>
public sealed class CheckRunTests : SchedulerBench
{
    [Fact]
    public async Task Run_Ends_ResultIsReported()
    {
        FakeProber.Run run = await SetAndBeginAsync(Definitions.Key(1));

        run.End(HealthStatus.Warning, "slow today");

        Assert.Equal((Definitions.Key(1), HealthStatus.Warning, "slow today"), await Sink.NextAsync());
    }

    [Fact]
    public async Task Run_Ends_NextBeginsOneIntervalLater()
    {
        (await SetAndBeginAsync(Definitions.Key(1))).End();
        await EndedAsync();
        Time.Advance(10 * Second);
        FakeProber.Run run = await Prober.NextAsync();
        Time.Advance(3 * Second);
        run.End();
        await EndedAsync();

        Time.Advance((10 * Second) - TimeSpan.FromTicks(1));
        Assert.Equal(0, Scheduler.Running);

        Time.Advance(TimeSpan.FromMilliseconds(1));
        await Prober.NextAsync();
    }

    [Fact]
    public async Task Run_ExceedsTimeout_IsEndedAndReported()
    {
        await SetAndBeginAsync(Definitions.Key(1));

        Time.Advance(10 * Second);

        Assert.Equal((Definitions.Key(1), HealthStatus.Critical, "cut short"), await Sink.NextAsync());
    }

    [Fact]
    public async Task Run_ThisProcessStoodStill_TimeoutIsForgivenOnce()
    {
        await SetAndBeginAsync(Definitions.Key(1));

        Time.Jump(60 * Second);
        await Prober.NextAsync();
        Assert.Equal(0, Sink.Count);

        Time.Jump(60 * Second);
        Assert.Equal(HealthStatus.Critical, (await Sink.NextAsync()).Status);
    }

    /// <summary>Fault plan H4: the process is starved, so what takes long may well be its own doing.</summary>
    [Fact]
    public async Task Run_ThisProcessIsStarved_TimeoutIsStretched()
    {
        FakeProber.Run run = await SetAndBeginAsync(Definitions.Key(1));
        for (int i = 0; i < 30; i++)
        {
            // every timer fires 150 ms late
            Time.Jump(TimeSpan.FromMilliseconds(400));
        }

        Assert.Equal((1, 0, false), (Scheduler.Running, Sink.Count, run.Result.IsCompleted));
        run.End(HealthStatus.Passing, "slow, but fine");
        Assert.Equal("slow, but fine", (await Sink.NextAsync()).Output);
    }

    [Fact]
    public async Task Run_ThisProcessIsStarvedAndTheTargetDead_SeenAfterAll()
    {
        await SetAndBeginAsync(Definitions.Key(1));
        Starve();
        FakeProber.Run again = await Prober.NextAsync();
        Assert.Equal(0, Sink.Count);

        // one timeout, stretched to nine times 10 s, is forgiven; the next is not
        Starve();
        Assert.True((await again.Result.WaitAsync(Patience.Limit)).Output == "cut short");
        Assert.Equal(HealthStatus.Critical, (await Sink.NextAsync()).Status);

        void Starve()
        {
            for (TimeSpan end = Time.Now + (91 * Second); Time.Now < end;)
            {
                Time.Jump(TimeSpan.FromMilliseconds(400));
            }
        }
    }

    /// <summary>A run that takes long makes room for others after a second, whoever it is.</summary>
    [Fact]
    public async Task Run_TakesLong_MovesToTheSlowPlaces()
    {
        await using CheckScheduler scheduler = Create(Sink, maxNewConcurrency: 1);
        scheduler.Start();
        scheduler.Set(Definitions.Key(1), Definitions.Http(), ProbeContext.Default);
        scheduler.Set(Definitions.Key(2), Definitions.Http(), ProbeContext.Default);
        Time.Advance(Second / 2);
        await Prober.NextAsync();
        Assert.Equal(1, scheduler.Running);

        Time.Advance(Second);

        await Prober.NextAsync();
        Assert.Equal(2, scheduler.Running);
    }

    [Fact]
    public async Task Run_ProberThrows_ReportedAndRunAgain()
    {
        await using CheckScheduler scheduler = new(
            new CheckSchedulerOptions(), Sink, Time, new Random(1), Meter, new ThrowingProber());
        scheduler.Start();
        scheduler.Set(Definitions.Key(1), Definitions.Http(), ProbeContext.Default);

        for (int i = 0; i < 3; i++)
        {
            Time.Advance(10 * Second);
            Assert.Equal((Definitions.Key(1), HealthStatus.Critical, "the check could not run: InvalidOperationException: boom"), await Sink.NextAsync());
            await UntilAsync(() => scheduler.Running == 0);
        }
    }

    [Fact]
    public async Task Run_SinkThrows_ScheduleGoesOn()
    {
        int reports = 0;
        RecordingSink sink = new() { OnReport = _ => throw new InvalidOperationException($"report {++reports}") };
        await using CheckScheduler scheduler = Create(sink);
        scheduler.Start();
        scheduler.Set(Definitions.Key(1), Definitions.Http(), ProbeContext.Default);

        for (int i = 0; i < 3; i++)
        {
            Time.Advance(10 * Second);
            (await Prober.NextAsync()).End();
            await UntilAsync(() => scheduler.Running == 0);
        }

        Assert.Equal(3, reports);
    }

    /// <summary>The whole path: real sockets, virtual time.</summary>
    [Fact]
    public async Task RealProbes_TimeoutInVirtualTime_Reported()
    {
        TaskCompletionSource asked = new();
        await using HostileServer silent = new(async talk =>
        {
            await talk.ReadRequestAsync();
            asked.TrySetResult();
            await talk.AwaitCloseAsync();
        });
        await using CheckScheduler scheduler = new(new CheckSchedulerOptions(), Sink, Time, new Random(1), Meter);
        scheduler.Start();
        scheduler.Set(Definitions.Key(1), Definitions.Http($"http://localhost:{silent.Port}/", timeout: 2), ProbeContext.Default);

        // no further than it begins: it runs beside this, and a clock that goes on meanwhile would be taken for a pause of the process
        for (int steps = 0; scheduler.Running == 0; steps++)
        {
            Assert.True(steps < 100, "it does not begin within its interval");
            Time.Advance(0.1 * Second);
        }

        await asked.Task.WaitAsync(Patience.Limit);
        Time.Advance(2 * Second);

        (_, HealthStatus status, string output) = await Sink.NextAsync();
        Assert.Equal(HealthStatus.Critical, status);
        Assert.Equal($"Get \"http://localhost:{silent.Port}/\": context deadline exceeded (no answer within 2s)", output);
        await silent.FirstConversation;
    }
}
