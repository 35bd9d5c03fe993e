namespace Muster.Checks;

/// <summary>What a probe needs to know beside its definition: what it is allowed to do, which is the operator's choice.</summary>
/// <param name="Targets">The addresses the probe may connect to.</param>
public sealed record ProbeContext(TargetPolicy Targets)
{
    /// <summary>Nothing but what is safe with everyone's definitions.</summary>
    public static ProbeContext Default { get; } = new(TargetPolicy.Default);

    /// <summary>Which script checks may run. Default none.</summary>
    public ScriptPolicy Scripts { get; init; } = ScriptPolicy.None;
}
