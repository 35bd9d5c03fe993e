namespace Muster.Client;

/// <summary>What the instance, or an operator, says of itself; independent of its checks.</summary>
public enum InstanceState
{
    /// <summary>It takes traffic.</summary>
    Up,

    /// <summary>It is not ready yet.</summary>
    Starting,

    /// <summary>It finishes what it has and takes nothing new.</summary>
    Draining,

    /// <summary>Somebody took it out of traffic.</summary>
    OutOfService,
}
