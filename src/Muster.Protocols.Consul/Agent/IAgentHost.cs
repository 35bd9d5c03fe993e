namespace Muster.Protocols.Consul.Agent;

/// <summary>What the process around the API can be asked to do, and knows about itself.</summary>
public interface IAgentHost
{
    /// <summary>Reads the configuration again. Returns everything that is wrong; empty when the new one is in effect.</summary>
    Task<IReadOnlyList<string>> ReloadAsync();

    /// <summary>Begins an orderly end and returns at once; requests under way are still answered.</summary>
    void Leave();
}
