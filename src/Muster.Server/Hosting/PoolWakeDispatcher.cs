using Muster.Catalog;

namespace Muster.Server.Hosting;

/// <summary>
/// Wakes watchers on the thread pool, a few at a time: between two handfuls other work gets its turn, so that a change
/// that thousands wait for does not hold up a write to another service.
/// </summary>
internal sealed class PoolWakeDispatcher : IWakeDispatcher
{
    private const int Handful = 64;

    /// <inheritdoc />
    public void Dispatch(WakeChain chain) =>
        ThreadPool.UnsafeQueueUserWorkItem(static waiting => WakeHandful(waiting), chain, preferLocal: false);

    private static void WakeHandful(WakeChain chain)
    {
        if (chain.WakeSome(Handful))
        {
            ThreadPool.UnsafeQueueUserWorkItem(static waiting => WakeHandful(waiting), chain, preferLocal: false);
        }
    }
}
