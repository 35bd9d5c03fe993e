using System.Diagnostics.Metrics;
using Muster.Checks.Tests.Fakes;

namespace Muster.Checks.Tests;

/// <summary>A started scheduler in virtual time, with a prober whose runs end when a test says so.</summary>
public abstract class SchedulerBench : IAsyncDisposable
{
    private protected static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private protected SchedulerBench()
    {
        Scheduler = Create(Sink);
        Scheduler.Start();
    }

    private protected ManualTime Time { get; } = new();

    private protected FakeProber Prober { get; } = new();

    private protected Meter Meter { get; } = new("Muster.Server");

    private protected RecordingSink Sink { get; } = new();

    private protected CheckScheduler Scheduler { get; }

    public async ValueTask DisposeAsync()
    {
        await Scheduler.DisposeAsync();
        Meter.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected static async Task UntilAsync(Func<bool> condition)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Patience.Limit, "waited too long");
            await Task.Yield();
        }
    }

    private protected CheckScheduler Create(ICheckResultSink sink, int maxNewConcurrency = 512) =>
        new(new CheckSchedulerOptions { MaxNewConcurrency = maxNewConcurrency }, sink, Time, new Random(1), Meter, Prober);

    private protected async Task<FakeProber.Run> SetAndBeginAsync(CheckKey key)
    {
        Scheduler.Set(key, Definitions.Http(), ProbeContext.Default);
        for (int i = 0; i < 11 && Scheduler.Running == 0; i++)
        {
            Time.Advance(Second);
        }

        return await Prober.NextAsync();
    }

    private protected Task EndedAsync() => UntilAsync(() => Scheduler.Running == 0);
}
