using System.Threading.Tasks.Sources;
using Muster.Catalog;

namespace Muster.Protocols.Consul.Blocking;

/// <summary>
/// One waiting query: woken by a change, the end of its time, its client's disconnect or the server's stop, whichever is first.
/// </summary>
/// <remarks>
/// <para>Waking only queues the continuation. A change can be waited for repeatedly; the other outcomes are final and
/// are kept, so that one which arrives between two waits is not lost.</para>
/// <para>Tens of thousands of these may exist, so the query is itself what is awaited: no task, no state machine and
/// no completion source of its own for each wait.</para>
/// </remarks>
internal sealed class BlockedQuery : Watcher, IValueTaskSource<WaitOutcome>, IDisposable
{
    private const int Idle = 0;
    private const int Waiting = 1;

    internal BlockedQuery? NextWaiting, PreviousWaiting;
    internal QueryGroup? Group;

    private readonly WaitingQueries _all;
    private readonly CancellationTokenRegistration _disconnect;
    private ManualResetValueTaskSourceCore<WaitOutcome> _wake = new() { RunContinuationsAsynchronously = true };
    private WatchPoint? _point;

    /// <summary>Whoever moves it from <see cref="Waiting"/> to <see cref="Idle"/> says how the wait ended, and nobody else.</summary>
    private int _phase;
    private int _final;

    public BlockedQuery(WaitingQueries all, TimeSpan wait, CancellationToken disconnect)
    {
        _all = all;
        _disconnect = disconnect.UnsafeRegister(static query => ((BlockedQuery)query!).Finish(WaitOutcome.Abandoned), this);
        all.Add(this, wait);
    }

    /// <summary>
    /// Waits for a change at <paramref name="point"/> after <paramref name="seenIndex"/>, or for the end. Without a
    /// point it waits for the end alone. One wait at a time; await it once.
    /// </summary>
    public ValueTask<WaitOutcome> WaitAsync(WatchPoint? point, long seenIndex)
    {
        _wake.Reset();
        _point = point;
        Interlocked.Exchange(ref _phase, Waiting);

        // An end that came before this line has signaled nobody; one that comes later finds the wait.
        var final = (WaitOutcome)Volatile.Read(ref _final);
        if (final != WaitOutcome.None && TryEndWait())
        {
            return ValueTask.FromResult(final);
        }

        if (point is not null && !point.TryAdd(this, seenIndex) && TryEndWait())
        {
            return ValueTask.FromResult(WaitOutcome.Changed);
        }

        return new ValueTask<WaitOutcome>(this, _wake.Version);
    }

    /// <summary>Ends the wait, present or next: answer with what there is.</summary>
    public void End() => Finish(WaitOutcome.Ended);

    /// <summary>Call when done waiting.</summary>
    public void Dispose()
    {
        _disconnect.Unregister();
        _all.Remove(this);
    }

    /// <inheritdoc />
    WaitOutcome IValueTaskSource<WaitOutcome>.GetResult(short token)
    {
        WaitOutcome outcome = _wake.GetResult(token);
        if (outcome != WaitOutcome.Changed)
        {
            _point?.Remove(this);
        }

        return outcome;
    }

    /// <inheritdoc />
    ValueTaskSourceStatus IValueTaskSource<WaitOutcome>.GetStatus(short token) => _wake.GetStatus(token);

    /// <inheritdoc />
    void IValueTaskSource<WaitOutcome>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wake.OnCompleted(continuation, state, token, flags);

    /// <inheritdoc />
    protected override void OnChanged() => Signal(WaitOutcome.Changed);

    private void Finish(WaitOutcome outcome)
    {
        Interlocked.CompareExchange(ref _final, (int)outcome, (int)WaitOutcome.None);
        Signal(outcome);
    }

    private void Signal(WaitOutcome outcome)
    {
        if (TryEndWait())
        {
            _wake.SetResult(outcome);
        }
    }

    private bool TryEndWait() => Interlocked.CompareExchange(ref _phase, Idle, Waiting) == Waiting;
}
