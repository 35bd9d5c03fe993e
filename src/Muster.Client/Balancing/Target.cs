namespace Muster.Client.Balancing;

/// <summary>
/// An instance as this process sees it: what the registry says of it, and how calls to it went. It lives as long as the
/// instance keeps node, id, address and port, so counts and ejections survive a new list. Thread-safe.
/// </summary>
public sealed class Target
{
    private volatile ServiceInstance _instance;

    internal Target(ServiceInstance instance) => _instance = instance;

    /// <summary>What the registry says now.</summary>
    public ServiceInstance Instance => _instance;

    /// <summary>Takes the registry's newer description.</summary>
    internal void Describe(ServiceInstance instance) => _instance = instance;
}
