namespace Muster.Client.Balancing.Policies;

/// <summary>
/// Of two targets, drawn by weight, the one with fewer calls under way for its weight. Idle targets share by weight exactly
/// (the first of the two wins), busy ones by what they can bear.
/// </summary>
internal sealed class WeightedPowerOfTwoPicker : TargetPicker
{
    private readonly Target[] _targets;
    private readonly double[] _weights;
    private readonly PairDraw _pair;

    public WeightedPowerOfTwoPicker(PickerInput input)
    {
        _targets = input.PlainTargets();
        _weights = input.Weights();
        _pair = new PairDraw(_weights, input.Random);
    }

    public override Target Pick(in PickContext context)
    {
        Target[] targets = _targets;
        _pair.Draw(out int one, out int other);
        bool otherHasFewer = targets[other].Outstanding * _weights[one] < targets[one].Outstanding * _weights[other];
        return targets[Choice.Between(one, other, otherHasFewer)];
    }
}
