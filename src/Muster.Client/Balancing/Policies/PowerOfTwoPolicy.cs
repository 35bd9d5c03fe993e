namespace Muster.Client.Balancing.Policies;

/// <summary>Of two random targets the one with fewer calls under way, in proportion to its weight.</summary>
/// <remarks>Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing", 2001.</remarks>
internal sealed class PowerOfTwoPolicy : IBalancingPolicy
{
    public string Name => "p2c";

    public TargetPicker CreatePicker(PickerInput input) =>
        input.IsUniform ? new PowerOfTwoPicker(input.PlainTargets(), input.Random) : new WeightedPowerOfTwoPicker(input);
}
