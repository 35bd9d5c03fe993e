namespace Muster.FaultProxy;

/// <summary>What is done to the bytes that one server sends to another, on every connection between the two.</summary>
internal sealed class LinkDirection
{
    private volatile Fault _fault = Fault.None;
    private TaskCompletionSource _changed = NewSignal();
    private long _bytes;

    /// <summary>What is done at present.</summary>
    public Fault Fault
    {
        get => _fault;
        set
        {
            _fault = value;
            Interlocked.Exchange(ref _changed, NewSignal()).TrySetResult();
        }
    }

    /// <summary>How many bytes have passed.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Counts bytes that have passed.</summary>
    public void Count(int bytes) => Interlocked.Add(ref _bytes, bytes);

    /// <summary>Returns when bytes may pass.</summary>
    public async Task WhileHeldAsync(CancellationToken end)
    {
        while (true)
        {
            // in this order: a change after the look at the fault completes the signal that was taken before
            Task changed = Volatile.Read(ref _changed).Task;
            if (_fault is not Fault.Holding)
            {
                return;
            }

            await changed.WaitAsync(end);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
