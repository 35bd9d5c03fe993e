using Muster.Client.Balancing;
using Muster.Client.Http;
using Muster.Client.PassiveHealth;

namespace Muster.Client;

/// <summary>How one service is used.</summary>
public sealed class ServiceOptions
{
    /// <summary>
    /// The balancing policy by name: <c>round_robin</c>, <c>random</c>, <c>weighted</c>, <c>p2c</c>, <c>ewma</c>, <c>consistent_hash</c>, or one of
    /// <see cref="MusterClientOptions.Policies"/>. Default <c>round_robin</c>.
    /// </summary>
    public string Policy { get; set; } = "round_robin";

    /// <summary>Whether calls stay in the caller's zone.</summary>
    public ZoneOptions Zone { get; set; } = new();

    /// <summary>How new instances are brought up to their share.</summary>
    public SlowStartOptions SlowStart { get; set; } = new();

    /// <summary>To how many instances this process talks.</summary>
    public SubsetOptions Subset { get; set; } = new();

    /// <summary>How <c>consistent_hash</c> spreads keys.</summary>
    public HashOptions Hash { get; set; } = new();

    /// <summary>When an instance that answers badly is left out for a while.</summary>
    public EjectionOptions Ejection { get; set; } = new();

    /// <summary>The circuit breaker of each instance.</summary>
    public BreakerOptions Breaker { get; set; } = new();

    /// <summary>When a failed HTTP request is sent to another instance.</summary>
    public RetryOptions Retry { get; set; } = new();

    internal void Validate(string prefix, ICollection<string> errors, IReadOnlyCollection<string> policies)
    {
        if (!policies.Contains(Policy))
        {
            errors.Add($"{prefix}{nameof(Policy)}: must be one of {string.Join(", ", policies)}, got '{Policy}'");
        }

        Zone.Validate($"{prefix}{nameof(Zone)}.", errors);
        SlowStart.Validate($"{prefix}{nameof(SlowStart)}.", errors);
        Subset.Validate($"{prefix}{nameof(Subset)}.", errors);
        Hash.Validate($"{prefix}{nameof(Hash)}.", errors);
        Ejection.Validate($"{prefix}{nameof(Ejection)}.", errors);
        Breaker.Validate($"{prefix}{nameof(Breaker)}.", errors);
        Retry.Validate($"{prefix}{nameof(Retry)}.", errors);
    }
}
