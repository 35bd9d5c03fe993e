using System.Threading.Tasks.Sources;

namespace Muster.Protocols.Rest.Watch;

/// <summary>
/// Wakes the one task of a watch. Events add up until they are taken; raising one is cheap and, unless told otherwise, only
/// queues the task.
/// </summary>
internal sealed class StreamSignal : IValueTaskSource<StreamEvents>
{
    private ManualResetValueTaskSourceCore<bool> _wake;
    private int _events;
    private int _isWaiting;

    /// <param name="runInline">Whether the task goes on within <see cref="Raise"/>: for tests in one thread.</param>
    public StreamSignal(bool runInline) => _wake.RunContinuationsAsynchronously = !runInline;

    /// <summary>Adds an event.</summary>
    public void Raise(StreamEvents raised)
    {
        Interlocked.Or(ref _events, (int)raised);
        if (TryEndWait())
        {
            _wake.SetResult(true);
        }
    }

    /// <summary>Waits until there are events and takes them. One wait at a time; await it once.</summary>
    public ValueTask<StreamEvents> WaitAsync()
    {
        StreamEvents events = Take();
        if (events != StreamEvents.None)
        {
            return ValueTask.FromResult(events);
        }

        _wake.Reset();
        Interlocked.Exchange(ref _isWaiting, 1);

        // An event raised before this line has signaled nobody; one that comes later finds the wait.
        bool raisedMeanwhile = Volatile.Read(ref _events) != 0 && TryEndWait();
        return raisedMeanwhile ? ValueTask.FromResult(Take()) : new ValueTask<StreamEvents>(this, _wake.Version);
    }

    /// <inheritdoc />
    StreamEvents IValueTaskSource<StreamEvents>.GetResult(short token)
    {
        _wake.GetResult(token);
        return Take();
    }

    /// <inheritdoc />
    ValueTaskSourceStatus IValueTaskSource<StreamEvents>.GetStatus(short token) => _wake.GetStatus(token);

    /// <inheritdoc />
    void IValueTaskSource<StreamEvents>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wake.OnCompleted(continuation, state, token, flags);

    private StreamEvents Take() => (StreamEvents)Interlocked.Exchange(ref _events, 0);

    private bool TryEndWait() => Interlocked.CompareExchange(ref _isWaiting, 0, 1) == 1;
}
