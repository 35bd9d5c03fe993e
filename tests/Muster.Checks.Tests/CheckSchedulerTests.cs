using System.Diagnostics.Metrics;
using Muster.Checks.Tests.Fakes;
using Muster.Model;

namespace Muster.Checks.Tests;

public sealed class CheckSchedulerTests : IAsyncDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ManualTime _time = new();
    private readonly FakeProber _prober = new();
    private readonly Meter _meter = new("Muster.Server");
    private readonly RecordingSink _sink = new();
    private readonly CheckScheduler _scheduler;

    public CheckSchedulerTests()
    {
        _scheduler = Create(_sink);
        _scheduler.Start();
    }

    public async ValueTask DisposeAsync()
    {
        await _scheduler.DisposeAsync();
        _meter.Dispose();
    }

    [Fact]
    public async Task Run_Ends_ResultIsReported()
    {
        FakeProber.Run run = await SetAndBeginAsync(Definitions.Key(1));

        run.End(HealthStatus.Warning, "slow today");

        Assert.Equal((Definitions.Key(1), HealthStatus.Warning, "slow today"), await _sink.NextAsync());
    }

    [Fact]
    public async Task Run_Ends_NextBeginsOneIntervalLater()
    {
        (await SetAndBeginAsync(Definitions.Key(1))).End();
        await EndedAsync();
        _time.Advance(10 * Second);
        FakeProber.Run run = await _prober.NextAsync();
        _time.Advance(3 * Second);
        run.End();
        await EndedAsync();

        _time.Advance((10 * Second) - TimeSpan.FromTicks(1));
        Assert.Equal(0, _scheduler.Running);

        _time.Advance(TimeSpan.FromMilliseconds(1));
        await _prober.NextAsync();
    }

    [Fact]
    public async Task Run_ExceedsTimeout_IsEndedAndReported()
    {
        await SetAndBeginAsync(Definitions.Key(1));

        _time.Advance(10 * Second);

        Assert.Equal((Definitions.Key(1), HealthStatus.Critical, "cut short"), await _sink.NextAsync());
    }

    [Fact]
    public async Task Run_ThisProcessStoodStill_TimeoutIsForgivenOnce()
    {
        await SetAndBeginAsync(Definitions.Key(1));

        _time.Jump(60 * Second);
        await _prober.NextAsync();
        Assert.Equal(0, _sink.Count);

        _time.Jump(60 * Second);
        Assert.Equal(HealthStatus.Critical, (await _sink.NextAsync()).Status);
    }

    /// <summary>Fault plan H4: the process is starved, so what takes long may well be its own doing.</summary>
    [Fact]
    public async Task Run_ThisProcessIsStarved_TimeoutIsStretched()
    {
        FakeProber.Run run = await SetAndBeginAsync(Definitions.Key(1));
        for (int i = 0; i < 30; i++)
        {
            // every timer fires 150 ms late
            _time.Jump(TimeSpan.FromMilliseconds(400));
        }

        Assert.Equal((1, 0, false), (_scheduler.Running, _sink.Count, run.Result.IsCompleted));
        run.End(HealthStatus.Passing, "slow, but fine");
        Assert.Equal("slow, but fine", (await _sink.NextAsync()).Output);
    }

    [Fact]
    public async Task Run_ThisProcessIsStarvedAndTheTargetDead_SeenAfterAll()
    {
        await SetAndBeginAsync(Definitions.Key(1));
        Starve();
        FakeProber.Run again = await _prober.NextAsync();
        Assert.Equal(0, _sink.Count);

        // one timeout, stretched to nine times 10 s, is forgiven; the next is not
        Starve();
        Assert.True((await again.Result.WaitAsync(Patience.Limit)).Output == "cut short");
        Assert.Equal(HealthStatus.Critical, (await _sink.NextAsync()).Status);

        void Starve()
        {
            for (TimeSpan end = _time.Now + (91 * Second); _time.Now < end;)
            {
                _time.Jump(TimeSpan.FromMilliseconds(400));
            }
        }
    }

    /// <summary>A run that takes long makes room for others after a second, whoever it is.</summary>
    [Fact]
    public async Task Run_TakesLong_MovesToTheSlowPlaces()
    {
        await using CheckScheduler scheduler = Create(_sink, maxNewConcurrency: 1);
        scheduler.Start();
        scheduler.Set(Definitions.Key(1), Definitions.Http(), ProbeContext.Default);
        scheduler.Set(Definitions.Key(2), Definitions.Http(), ProbeContext.Default);
        _time.Advance(Second / 2);
        await _prober.NextAsync();
        Assert.Equal(1, scheduler.Running);

        _time.Advance(Second);

        await _prober.NextAsync();
        Assert.Equal(2, scheduler.Running);
    }

    [Fact]
    public async Task Run_ProberThrows_ReportedAndRunAgain()
    {
        await using CheckScheduler scheduler = new(
            new CheckSchedulerOptions(), _sink, _time, new Random(1), _meter, new ThrowingProber());
        scheduler.Start();
        scheduler.Set(Definitions.Key(1), Definitions.Http(), ProbeContext.Default);

        for (int i = 0; i < 3; i++)
        {
            _time.Advance(10 * Second);
            Assert.Equal((Definitions.Key(1), HealthStatus.Critical, "the check could not run: InvalidOperationException: boom"), await _sink.NextAsync());
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
            _time.Advance(10 * Second);
            (await _prober.NextAsync()).End();
            await UntilAsync(() => scheduler.Running == 0);
        }

        Assert.Equal(3, reports);
    }

    [Fact]
    public async Task Set_EqualDefinitionWhileRunning_ResultStillCounts()
    {
        FakeProber.Run run = await SetAndBeginAsync(Definitions.Key(1));

        _scheduler.Set(Definitions.Key(1), Definitions.Http(), ProbeContext.Default);
        run.End(HealthStatus.Passing, "fine");

        Assert.Equal("fine", (await _sink.NextAsync()).Output);
    }

    [Fact]
    public async Task Set_Replaced_OldRunIsCutShortAndItsResultDropped()
    {
        FakeProber.Run old = await SetAndBeginAsync(Definitions.Key(1));

        _scheduler.Set(Definitions.Key(1), Definitions.Http("http://127.0.0.2/"), ProbeContext.Default);
        await old.Result.WaitAsync(Patience.Limit);
        await EndedAsync();
        Assert.Equal(0, _sink.Count);

        _time.Advance(10 * Second);
        FakeProber.Run replacement = await _prober.NextAsync();
        Assert.Equal("http://127.0.0.2/", replacement.Definition.Http!.Url);
        replacement.End(HealthStatus.Passing, "new");
        Assert.Equal("new", (await _sink.NextAsync()).Output);
    }

    [Fact]
    public async Task Remove_Running_RunIsCutShortAndItsResultDropped()
    {
        FakeProber.Run run = await SetAndBeginAsync(Definitions.Key(1));

        _scheduler.Remove(Definitions.Key(1));
        await run.Result.WaitAsync(Patience.Limit);
        await EndedAsync();
        _time.Advance(100 * Second);

        Assert.Equal((0, 0, 0), (_scheduler.Count, _scheduler.Running, _sink.Count));
        Assert.False(_prober.TryNext(out _));
    }

    [Fact]
    public void Set_KindWithoutProbe_SameAsRemove()
    {
        _scheduler.Set(Definitions.Key(1), Definitions.Http(), ProbeContext.Default);
        _scheduler.Set(Definitions.Key(1), new CheckDefinition { Name = "ttl", Kind = CheckKind.Ttl, Ttl = Second }, ProbeContext.Default);

        Assert.Equal(0, _scheduler.Count);
    }

    [Fact]
    public async Task Start_Before_NothingRuns()
    {
        await using CheckScheduler scheduler = Create(_sink);
        scheduler.Set(Definitions.Key(1), Definitions.Http(), ProbeContext.Default);
        _time.Advance(100 * Second);
        Assert.False(_prober.TryNext(out _));

        scheduler.Start();
        _time.Advance(10 * Second);
        (await _prober.NextAsync()).End();
    }

    [Fact]
    public async Task Runs_ManyDue_NeverMoreThanAllowedAtOnce()
    {
        await using CheckScheduler scheduler = Create(_sink, maxNewConcurrency: 5);
        scheduler.Start();
        for (int i = 0; i < 100; i++)
        {
            scheduler.Set(Definitions.Key(i), Definitions.Http(timeout: 3600), ProbeContext.Default);
        }

        _time.Jump(Second);

        // each that ends makes room for the one that waited longest
        Queue<FakeProber.Run> running = [];
        for (int i = 0; i < 100; i++)
        {
            running.Enqueue(await _prober.NextAsync());
            Assert.InRange(scheduler.Running, 1, 5);
            if (running.Count == 5)
            {
                Assert.False(_prober.TryNext(out _));
                running.Dequeue().End();
            }
        }

        foreach (FakeProber.Run run in running)
        {
            run.End();
        }

        HashSet<CheckKey> reported = [];
        for (int i = 0; i < 100; i++)
        {
            Assert.True(reported.Add((await _sink.NextAsync()).Key));
        }
    }

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(1, 0, 1)]
    [InlineData(1, 1, 0)]
    public void Create_NoPlaces_Refused(int quick, int slow, int fresh) =>
        Assert.Throws<ArgumentException>(() => new CheckScheduler(
            new CheckSchedulerOptions { MaxConcurrency = quick, MaxSlowConcurrency = slow, MaxNewConcurrency = fresh }, _sink, _time, new Random(1), _meter));

    [Fact]
    public async Task Dispose_WhileRunning_RunsAreCutShortAndNothingIsReported()
    {
        FakeProber.Run run = await SetAndBeginAsync(Definitions.Key(1));

        await _scheduler.DisposeAsync().AsTask().WaitAsync(Patience.Limit);

        Assert.True(run.Result.IsCompleted);
        Assert.True(_prober.IsDisposed);
        Assert.Equal((0, 0), (_scheduler.Running, _sink.Count));
        _scheduler.Set(Definitions.Key(2), Definitions.Http(), ProbeContext.Default);
        _scheduler.Start();
        _time.Advance(100 * Second);
        Assert.False(_prober.TryNext(out _));
    }

    [Fact]
    public async Task Metrics_OneRun_DurationLatenessAndCounts()
    {
        List<string> seen = [];
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter == _meter)
            {
                l.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) =>
        {
            lock (seen)
            {
                seen.Add($"{instrument.Name} {value:0.0} {string.Join(',', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))}".Trim());
            }
        });
        listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => seen.Add($"{instrument.Name} {value}"));
        listener.Start();

        FakeProber.Run run = await SetAndBeginAsync(Definitions.Key(1));
        _time.Advance(2 * Second);
        run.End(HealthStatus.Warning);
        await _sink.NextAsync();
        await EndedAsync();
        listener.RecordObservableInstruments();

        Assert.Contains("muster.checks.duration 2.0 kind=http,status=warning", seen);
        Assert.Contains(seen, line => line.StartsWith("muster.checks.lateness"));
        Assert.Contains("muster.checks.registered 1", seen);
        Assert.Contains("muster.checks.running 0", seen);
    }

    /// <summary>Threads that set, replace and remove at random while time passes: no overlap, no report for long-gone checks.</summary>
    [Fact]
    public async Task SetAndRemove_FromManyThreads_NoOverlapAndNothingStuck()
    {
        OverlapProber prober = new();
        RecordingSink sink = new();
        CheckScheduler scheduler = new(new CheckSchedulerOptions { MaxConcurrency = 2, MaxSlowConcurrency = 2 }, sink, _time, new Random(1), _meter, prober);
        scheduler.Start();

        // threads of their own, so that the runs get the pool's
        Task[] writers = [.. Enumerable.Range(0, 4).Select(seed => Task.Factory.StartNew(() =>
        {
            Random random = new(seed);
            for (int i = 0; i < 3000; i++)
            {
                CheckKey key = Definitions.Key(random.Next(8));
                int dice = random.Next(50);
                if (dice == 0)
                {
                    scheduler.Remove(key);
                }
                else
                {
                    scheduler.Set(key, Definitions.Http($"http://127.0.0.{(dice == 1 ? i % 4 : 1)}/{key.CheckId}", interval: 1), ProbeContext.Default);
                }

                _time.Advance(TimeSpan.FromMilliseconds(50));
            }
        }, TaskCreationOptions.LongRunning))];
        await Task.WhenAll(writers).WaitAsync(Patience.Limit);

        // whatever happened, every check that is still there goes on
        HashSet<CheckKey> expected = [.. Enumerable.Range(0, 8).Select(Definitions.Key)];
        foreach (CheckKey key in expected)
        {
            scheduler.Set(key, Definitions.Http($"http://127.0.0.9/{key.CheckId}", interval: 1), ProbeContext.Default);
        }

        await UntilAsync(() => scheduler.Running == 0);
        while (expected.Count > 0)
        {
            _time.Advance(Second);
            expected.Remove((await sink.NextAsync()).Key);
        }

        for (int i = 0; i < 8; i++)
        {
            scheduler.Remove(Definitions.Key(i));
        }

        await UntilAsync(() => scheduler.Running == 0);
        int reports = sink.Count;
        _time.Advance(100 * Second);
        Assert.Equal((0, reports, false), (scheduler.Count, sink.Count, prober.Overlapped));
        await scheduler.DisposeAsync().AsTask().WaitAsync(Patience.Limit);
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
        await using CheckScheduler scheduler = new(new CheckSchedulerOptions(), _sink, _time, new Random(1), _meter);
        scheduler.Start();
        scheduler.Set(Definitions.Key(1), Definitions.Http($"http://localhost:{silent.Port}/", timeout: 2), ProbeContext.Default);

        // no further than it begins: it runs beside this, and a clock that goes on meanwhile would be taken for a pause of the process
        for (int steps = 0; scheduler.Running == 0; steps++)
        {
            Assert.True(steps < 100, "it does not begin within its interval");
            _time.Advance(0.1 * Second);
        }

        await asked.Task.WaitAsync(Patience.Limit);
        _time.Advance(2 * Second);

        (_, HealthStatus status, string output) = await _sink.NextAsync();
        Assert.Equal(HealthStatus.Critical, status);
        Assert.Equal($"Get \"http://localhost:{silent.Port}/\": context deadline exceeded (no answer within 2s)", output);
        await silent.FirstConversation;
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Patience.Limit, "waited too long");
            await Task.Yield();
        }
    }

    private CheckScheduler Create(ICheckResultSink sink, int maxNewConcurrency = 512) =>
        new(new CheckSchedulerOptions { MaxNewConcurrency = maxNewConcurrency }, sink, _time, new Random(1), _meter, _prober);

    private async Task<FakeProber.Run> SetAndBeginAsync(CheckKey key)
    {
        _scheduler.Set(key, Definitions.Http(), ProbeContext.Default);
        for (int i = 0; i < 11 && _scheduler.Running == 0; i++)
        {
            _time.Advance(Second);
        }

        return await _prober.NextAsync();
    }

    private Task EndedAsync() => UntilAsync(() => _scheduler.Running == 0);
}
