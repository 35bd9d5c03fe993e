using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Muster.Client.Balancing;

/// <summary>What a balancer is made of. The defaults suit tests: no zone, round robin, the registry's word on availability.</summary>
internal sealed record BalancerSettings
{
    /// <summary>How the service is used.</summary>
    public ServiceOptions Options { get; init; } = new();

    /// <summary>The policy that the options name.</summary>
    public IBalancingPolicy Policy { get; init; } = BalancingPolicies.Default;

    /// <summary>The zone of this process, empty when unknown.</summary>
    public string Zone { get; init; } = "";

    /// <summary>The region of this process, empty when unknown.</summary>
    public string Region { get; init; } = "";

    /// <summary>What this process is called among its like.</summary>
    public string ClientId { get; init; } = "";

    /// <summary>The number of this process among its like, if it has one.</summary>
    public int? ClientOrdinal { get; init; }

    /// <summary>Which targets may be picked.</summary>
    public ITargetAvailability Availability { get; init; } = RegistryAvailability.Instance;

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where seeds come from.</summary>
    public required Random Random { get; init; }

    /// <summary>Hears of policies that fail.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>Counts what is built.</summary>
    public BalancingMetrics? Metrics { get; init; }
}
