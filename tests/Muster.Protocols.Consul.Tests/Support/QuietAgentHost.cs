using Muster.Protocols.Consul.Agent;

namespace Muster.Protocols.Consul.Tests.Support;

/// <summary>A process around the API that does nothing, successfully.</summary>
internal sealed class QuietAgentHost : IAgentHost
{
    public Task<IReadOnlyList<string>> ReloadAsync() => Task.FromResult<IReadOnlyList<string>>([]);

    public void Leave()
    {
    }
}
