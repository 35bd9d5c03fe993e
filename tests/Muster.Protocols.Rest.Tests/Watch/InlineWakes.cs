using Muster.Catalog;

namespace Muster.Protocols.Rest.Tests.Watch;

/// <summary>Wakes watchers at once, on the writer's thread.</summary>
internal sealed class InlineWakes : IWakeDispatcher
{
    public void Dispatch(WakeChain chain)
    {
        while (chain.WakeSome(100))
        {
        }
    }
}
