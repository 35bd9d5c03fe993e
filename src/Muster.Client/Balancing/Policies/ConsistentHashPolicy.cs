namespace Muster.Client.Balancing.Policies;

/// <summary>The same key goes to the same target while that can bear it; without a key, the less loaded of two.</summary>
/// <remarks>A hash ring with bounded loads: Mirrokni, Thorup and Zadimoghaddam, "Consistent Hashing with Bounded Loads", 2018.</remarks>
internal sealed class ConsistentHashPolicy : IBalancingPolicy
{
    public string Name => "consistent_hash";

    public TargetPicker CreatePicker(PickerInput input) => new ConsistentHashPicker(input);
}
