namespace Muster.Client.Balancing;

/// <summary>What a balancer is made of. The defaults suit tests: no zone, round robin, the registry's word on availability.</summary>
internal sealed record BalancerSettings
{
    /// <summary>How the service is used.</summary>
    public ServiceOptions Options { get; init; } = new();

    /// <summary>The zone of this process, empty when unknown.</summary>
    public string Zone { get; init; } = "";

    /// <summary>The region of this process, empty when unknown.</summary>
    public string Region { get; init; } = "";

    /// <summary>Which targets may be picked.</summary>
    public ITargetAvailability Availability { get; init; } = RegistryAvailability.Instance;

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where seeds come from.</summary>
    public required Random Random { get; init; }
}
