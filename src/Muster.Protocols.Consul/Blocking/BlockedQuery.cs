using Muster.Catalog;

namespace Muster.Protocols.Consul.Blocking;

/// <summary>
/// One waiting query: woken by a change, its timer, its client's disconnect or the server's stop, whichever is first.
/// </summary>
/// <remarks>
/// Waking only queues the continuation. A change can be waited for repeatedly; the other outcomes are final and are
/// kept, so that one which arrives between two waits is not lost.
/// </remarks>
internal sealed class BlockedQuery : Watcher, IDisposable
{
    private readonly ITimer _timer;
    private readonly CancellationTokenRegistration _disconnect;
    private readonly CancellationTokenRegistration _stop;
    private TaskCompletionSource<WaitOutcome>? _wake;
    private int _final;

    public BlockedQuery(TimeProvider time, TimeSpan wait, CancellationToken disconnect, CancellationToken stop)
    {
        _timer = time.CreateTimer(static query => ((BlockedQuery)query!).Finish(WaitOutcome.Ended), this, wait, Timeout.InfiniteTimeSpan);
        _disconnect = disconnect.UnsafeRegister(static query => ((BlockedQuery)query!).Finish(WaitOutcome.Abandoned), this);
        _stop = stop.UnsafeRegister(static query => ((BlockedQuery)query!).Finish(WaitOutcome.Ended), this);
    }

    /// <summary>
    /// Waits for a change at <paramref name="point"/> after <paramref name="seenIndex"/>, or for the end. Without a
    /// point it waits for the end alone.
    /// </summary>
    public async ValueTask<WaitOutcome> WaitAsync(WatchPoint? point, long seenIndex)
    {
        var wake = new TaskCompletionSource<WaitOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        Interlocked.Exchange(ref _wake, wake);

        // An end that came before this line has signaled nobody; one that comes later finds the new source.
        var final = (WaitOutcome)Volatile.Read(ref _final);
        if (final != WaitOutcome.None)
        {
            return final;
        }

        if (point is not null && !point.TryAdd(this, seenIndex))
        {
            return WaitOutcome.Changed;
        }

        WaitOutcome outcome = await wake.Task;
        if (outcome != WaitOutcome.Changed)
        {
            point?.Remove(this);
        }

        return outcome;
    }

    /// <summary>Call when done waiting.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        _disconnect.Unregister();
        _stop.Unregister();
    }

    /// <inheritdoc />
    protected override void OnChanged() => Volatile.Read(ref _wake)?.TrySetResult(WaitOutcome.Changed);

    private void Finish(WaitOutcome outcome)
    {
        Interlocked.CompareExchange(ref _final, (int)outcome, (int)WaitOutcome.None);
        Volatile.Read(ref _wake)?.TrySetResult(outcome);
    }
}
