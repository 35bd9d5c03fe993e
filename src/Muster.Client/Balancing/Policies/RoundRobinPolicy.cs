namespace Muster.Client.Balancing.Policies;

/// <summary>Each target in turn, from a random start. Targets in slow start come up less often.</summary>
internal sealed class RoundRobinPolicy : IBalancingPolicy
{
    public const string PolicyName = "round_robin";

    public string Name => PolicyName;

    public bool UsesWeights => false;

    public TargetPicker CreatePicker(PickerInput input) =>
        input.IsUniform ? new RoundRobinPicker(input.PlainTargets(), input.Sequence) : new SmoothPicker(input);
}
