namespace Muster.Client.Balancing.Policies;

/// <summary>Any target, with the same chance each. Targets in slow start have a smaller one.</summary>
internal sealed class RandomPolicy : IBalancingPolicy
{
    public string Name => "random";

    public bool UsesWeights => false;

    public TargetPicker CreatePicker(PickerInput input) =>
        input.IsUniform ? new RandomPicker(input.PlainTargets(), input.Random) : new WeightedRandomPicker(input);
}
