using Muster.Catalog;

namespace Muster.Protocols.Consul.Tests.Support;

/// <summary>Wakes watchers on the spot.</summary>
internal sealed class InlineWakes : IWakeDispatcher
{
    public void Dispatch(WakeChain chain)
    {
        while (chain.WakeSome(64))
        {
        }
    }
}
