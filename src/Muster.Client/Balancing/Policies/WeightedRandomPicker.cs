namespace Muster.Client.Balancing.Policies;

/// <summary>Any target, with a chance in proportion to its weight.</summary>
internal sealed class WeightedRandomPicker(PickerInput input) : TargetPicker
{
    private readonly Target[] _targets = input.PlainTargets();
    private readonly AliasTable _table = AliasTable.Of(input.Weights());
    private readonly PickRandom _random = input.Random;

    public override Target Pick(in PickContext context) => _targets[_table.Draw(_random.Next())];
}
