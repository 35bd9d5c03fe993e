using System.Diagnostics.Metrics;
using Muster.Checks.Tests.Fakes;
using Muster.Model;

namespace Muster.Checks.Tests;

public sealed class CheckSchedulerTests : SchedulerBench
{
    [Fact]
    public async Task Set_EqualDefinitionWhileRunning_ResultStillCounts()
    {
        FakeProber.Run run = await SetAndBeginAsync(Definitions.Key(1));

        Scheduler.Set(Definitions.Key(1), Definitions.Http(), ProbeContext.Default);
        run.End(HealthStatus.Passing, "fine");

        Assert.Equal("fine", (await Sink.NextAsync()).Output);
    }

    [Fact]
    public async Task Set_Replaced_OldRunIsCutShortAndItsResultDropped()
    {
        FakeProber.Run old = await SetAndBeginAsync(Definitions.Key(1));

        Scheduler.Set(Definitions.Key(1), Definitions.Http("http://127.0.0.2/"), ProbeContext.Default);
        await old.Result.WaitAsync(Patience.Limit);
        await EndedAsync();
        Assert.Equal(0, Sink.Count);

        Time.Advance(10 * Second);
        FakeProber.Run replacement = await Prober.NextAsync();
        Assert.Equal("http://127.0.0.2/", replacement.Definition.Http!.Url);
        replacement.End(HealthStatus.Passing, "new");
        Assert.Equal("new", (await Sink.NextAsync()).Output);
    }

    [Fact]
    public async Task Remove_Running_RunIsCutShortAndItsResultDropped()
    {
        FakeProber.Run run = await SetAndBeginAsync(Definitions.Key(1));

        Scheduler.Remove(Definitions.Key(1));
        await run.Result.WaitAsync(Patience.Limit);
        await EndedAsync();
        Time.Advance(100 * Second);

        Assert.Equal((0, 0, 0), (Scheduler.Count, Scheduler.Running, Sink.Count));
        Assert.False(Prober.TryNext(out _));
    }

    [Fact]
    public void Set_KindWithoutProbe_SameAsRemove()
    {
        Scheduler.Set(Definitions.Key(1), Definitions.Http(), ProbeContext.Default);
        Scheduler.Set(Definitions.Key(1), new CheckDefinition { Name = "ttl", Kind = CheckKind.Ttl, Ttl = Second }, ProbeContext.Default);

        Assert.Equal(0, Scheduler.Count);
    }

    [Fact]
    public async Task Start_Before_NothingRuns()
    {
        await using CheckScheduler scheduler = Create(Sink);
        scheduler.Set(Definitions.Key(1), Definitions.Http(), ProbeContext.Default);
        Time.Advance(100 * Second);
        Assert.False(Prober.TryNext(out _));

        scheduler.Start();
        Time.Advance(10 * Second);
        (await Prober.NextAsync()).End();
    }

    [Fact]
    public async Task Runs_ManyDue_NeverMoreThanAllowedAtOnce()
    {
        await using CheckScheduler scheduler = Create(Sink, maxNewConcurrency: 5);
        scheduler.Start();
        for (int i = 0; i < 100; i++)
        {
            scheduler.Set(Definitions.Key(i), Definitions.Http(timeout: 3600), ProbeContext.Default);
        }

        Time.Jump(Second);

        // each that ends makes room for the one that waited longest
        Queue<FakeProber.Run> running = [];
        for (int i = 0; i < 100; i++)
        {
            running.Enqueue(await Prober.NextAsync());
            Assert.InRange(scheduler.Running, 1, 5);
            if (running.Count == 5)
            {
                Assert.False(Prober.TryNext(out _));
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
            Assert.True(reported.Add((await Sink.NextAsync()).Key));
        }
    }

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(1, 0, 1)]
    [InlineData(1, 1, 0)]
    public void Create_NoPlaces_Refused(int quick, int slow, int fresh) =>
        Assert.Throws<ArgumentException>(() => new CheckScheduler(
            new CheckSchedulerOptions { MaxConcurrency = quick, MaxSlowConcurrency = slow, MaxNewConcurrency = fresh }, Sink, Time, new Random(1), Meter));

    [Fact]
    public async Task Dispose_WhileRunning_RunsAreCutShortAndNothingIsReported()
    {
        FakeProber.Run run = await SetAndBeginAsync(Definitions.Key(1));

        await Scheduler.DisposeAsync().AsTask().WaitAsync(Patience.Limit);

        Assert.True(run.Result.IsCompleted);
        Assert.True(Prober.IsDisposed);
        Assert.Equal((0, 0), (Scheduler.Running, Sink.Count));
        Scheduler.Set(Definitions.Key(2), Definitions.Http(), ProbeContext.Default);
        Scheduler.Start();
        Time.Advance(100 * Second);
        Assert.False(Prober.TryNext(out _));
    }

    [Fact]
    public async Task Metrics_OneRun_DurationLatenessAndCounts()
    {
        List<string> seen = [];
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter == Meter)
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
        Time.Advance(2 * Second);
        run.End(HealthStatus.Warning);
        await Sink.NextAsync();
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
        CheckScheduler scheduler = new(new CheckSchedulerOptions { MaxConcurrency = 2, MaxSlowConcurrency = 2 }, sink, Time, new Random(1), Meter, prober);
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

                Time.Advance(TimeSpan.FromMilliseconds(50));
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
            Time.Advance(Second);
            expected.Remove((await sink.NextAsync()).Key);
        }

        for (int i = 0; i < 8; i++)
        {
            scheduler.Remove(Definitions.Key(i));
        }

        await UntilAsync(() => scheduler.Running == 0);
        int reports = sink.Count;
        Time.Advance(100 * Second);
        Assert.Equal((0, reports, false), (scheduler.Count, sink.Count, prober.Overlapped));
        await scheduler.DisposeAsync().AsTask().WaitAsync(Patience.Limit);
    }
}
