namespace Muster.Client.Balancing.Policies;

/// <summary>Of two targets, drawn by weight, the one with the smaller latency times calls under way, for its weight.</summary>
/// <remarks>
/// A target of which nothing is known yet is free while it is idle and expensive while its first call is under way, so it
/// gets one call and is judged by that. "Now" is the end of the last call to any target: reading the clock would cost more
/// than the pick, and nothing is learned between two calls.
/// </remarks>
internal sealed class PeakEwmaPicker : TargetPicker
{
    private const float UnknownMicros = 1_000_000;

    private readonly Target[] _targets;
    private readonly float[] _inverseWeights;
    private readonly AliasTable _table;
    private readonly PickRandom _random;

    public PeakEwmaPicker(PickerInput input)
    {
        double[] weights = input.Weights();
        _targets = input.PlainTargets();
        _inverseWeights = Array.ConvertAll(weights, weight => (float)(1 / weight));
        _table = AliasTable.Of(weights);
        _random = input.Random;
    }

    public override Target Pick(in PickContext context)
    {
        Target[] targets = _targets;
        int one = _table.Draw(_random.Next());
        int other = _table.Draw(_random.Next());
        uint now = targets[one].Owner.LastCallMillis;
        bool otherIsCheaper = Cost(targets[other], now) * _inverseWeights[other] < Cost(targets[one], now) * _inverseWeights[one];
        return targets[Choice.Between(one, other, otherIsCheaper)];
    }

    private static float Cost(Target target, uint now)
    {
        int outstanding = target.Outstanding;
        return target.Latency.HasData ? target.Latency.Read(now) * (outstanding + 1) : UnknownMicros * outstanding;
    }
}
