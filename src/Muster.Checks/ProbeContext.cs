namespace Muster.Checks;

/// <summary>What a probe needs to know beside its definition: what it is allowed to reach, which depends on who defined it.</summary>
/// <param name="Targets">The addresses the probe may connect to.</param>
public sealed record ProbeContext(TargetPolicy Targets)
{
    /// <summary>The strict policy.</summary>
    public static ProbeContext Default { get; } = new(TargetPolicy.Default);
}
