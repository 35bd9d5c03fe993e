namespace Muster.Cluster.Sockets;

/// <summary>Something done in the loop, and its result.</summary>
internal sealed class ClusterCall<T>(Func<T> work) : IClusterWork
{
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Done => _done.Task;

    public void Run(IPeerHandler handler) => _done.TrySetResult(work());

    public void Abandon(Exception? error)
    {
        if (error is null)
        {
            _done.TrySetCanceled();
        }
        else
        {
            _done.TrySetException(error);
        }
    }
}
