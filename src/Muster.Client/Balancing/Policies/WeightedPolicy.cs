namespace Muster.Client.Balancing.Policies;

/// <summary>Targets in proportion to their weights, evenly interleaved.</summary>
internal sealed class WeightedPolicy : IBalancingPolicy
{
    public string Name => "weighted";

    public TargetPicker CreatePicker(PickerInput input) => new SmoothPicker(input);
}
