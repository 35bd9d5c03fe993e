using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Muster.Client.PassiveHealth;

/// <summary>What the passive health of one service is made of.</summary>
internal sealed record ServiceHealthSettings
{
    public required string Service { get; init; }

    public EjectionOptions Ejection { get; init; } = new();

    public BreakerOptions Breaker { get; init; } = new();

    public required TimeProvider Time { get; init; }

    /// <summary>Where the seed of the jitter comes from.</summary>
    public required Random Random { get; init; }

    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>Counts ejections; null when nobody counts.</summary>
    public PassiveHealthMetrics? Metrics { get; init; }
}
