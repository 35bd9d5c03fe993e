using Muster.Client.PassiveHealth;

namespace Muster.Client;

/// <summary>How one service is used.</summary>
public sealed class ServiceOptions
{
    /// <summary>The balancing policy by name. Default <c>round_robin</c>.</summary>
    public string Policy { get; set; } = "round_robin";

    /// <summary>When an instance that answers badly is left out for a while.</summary>
    public EjectionOptions Ejection { get; set; } = new();

    /// <summary>The circuit breaker of each instance.</summary>
    public BreakerOptions Breaker { get; set; } = new();

    internal void Validate(string prefix, ICollection<string> errors)
    {
        if (string.IsNullOrWhiteSpace(Policy))
        {
            errors.Add($"{prefix}{nameof(Policy)}: must name a policy, got '{Policy}'");
        }

        Ejection.Validate($"{prefix}{nameof(Ejection)}.", errors);
        Breaker.Validate($"{prefix}{nameof(Breaker)}.", errors);
    }
}
