namespace Muster.Client.Balancing.Policies;

/// <summary>
/// Of two targets, drawn by weight, the one with fewer calls under way for its weight. Idle targets share by weight exactly
/// (the first of the two wins), busy ones by what they can bear.
/// </summary>
internal sealed class WeightedPowerOfTwoPicker(PickerInput input) : TargetPicker
{
    private readonly Target[] _targets = input.PlainTargets();
    private readonly double[] _weights = input.Weights();
    private readonly AliasTable _table = AliasTable.Of(input.Weights());
    private readonly PickRandom _random = input.Random;

    public override Target Pick(in PickContext context)
    {
        Target[] targets = _targets;
        int one = _table.Draw(_random.Next());
        int other = _table.Draw(_random.Next());
        bool otherHasFewer = (targets[other].Outstanding + 1) * _weights[one] < (targets[one].Outstanding + 1) * _weights[other];
        return targets[Choice.Between(one, other, otherHasFewer)];
    }
}
