using Microsoft.Extensions.Logging;

namespace Muster.Server.Hosting;

/// <summary>
/// Gives memory back while nothing happens. Twenty thousand clients that arrive, or are all woken, leave gaps and garbage
/// between the objects that stay, and no collection removes them before there is as much traffic again.
/// See docs/design/kestrel.md.
/// </summary>
/// <remarks>
/// Compacting stops everything while what lives is moved, some 2.5 ms for each MiB of heap; <see cref="IdlenessJudge"/>
/// says when that is worth it.
/// </remarks>
internal sealed partial class IdleCompaction : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Task _loop;

    public IdleCompaction(TimeProvider time, ILogger logger)
    {
        _time = time;
        _logger = logger;
        _loop = RunAsync();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        var judge = new IdlenessJudge();
        using var timer = new PeriodicTimer(IdlenessJudge.Interval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                if (judge.ShouldCompact(Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes(), GC.GetTotalMemory(forceFullCollection: false)))
                {
                    judge.Compacted(Compact());
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // stopped
        }
    }

    private TimeSpan Compact()
    {
        long began = _time.GetTimestamp();

        // Only this mode returns what it freed to the system; the others keep it for the next burst.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        TimeSpan pause = _time.GetElapsedTime(began);
        LogCompacted(_logger, (long)pause.TotalMilliseconds, GC.GetTotalMemory(forceFullCollection: false) >> 20);
        return pause;
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Compacted the idle heap in {Milliseconds} ms; {Mebibytes} MiB live")]
    private static partial void LogCompacted(ILogger logger, long milliseconds, long mebibytes);
}
