namespace Muster.Client.Balancing.Policies;

/// <summary>Of two random targets the one where the next call will probably end sooner: recent latency times calls under way.</summary>
internal sealed class PeakEwmaPolicy : IBalancingPolicy
{
    public string Name => "ewma";

    public TargetPicker CreatePicker(PickerInput input) => new PeakEwmaPicker(input);
}
