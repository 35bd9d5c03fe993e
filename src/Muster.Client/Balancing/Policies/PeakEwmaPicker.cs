namespace Muster.Client.Balancing.Policies;

/// <summary>
/// Of two targets, drawn by weight, the one where a call should end sooner: its latency times one more than the calls under
/// way, these in proportion to its weight.
/// </summary>
/// <remarks>
/// A target of which nothing is known yet is free while it is idle and expensive while its first call is under way, so it
/// gets one call and is judged by that. "Now" is the end of the last call to any target: reading the clock would cost more
/// than the pick, and nothing is learned between two calls.
/// </remarks>
internal sealed class PeakEwmaPicker : TargetPicker
{
    private const float UnknownMicros = 1_000_000;

    private readonly Target[] _targets;
    private readonly float[] _crowding;
    private readonly PairDraw _pair;

    public PeakEwmaPicker(PickerInput input)
    {
        double[] weights = input.Weights();
        double mean = weights.Average();
        _targets = input.PlainTargets();
        _crowding = Array.ConvertAll(weights, weight => (float)(mean / weight));
        _pair = new PairDraw(weights, input.Random);
    }

    public override Target Pick(in PickContext context)
    {
        Target[] targets = _targets;
        _pair.Draw(out int one, out int other);
        uint now = targets[one].Owner.LastCallMillis;
        bool otherIsCheaper = Cost(targets[other], _crowding[other], now) < Cost(targets[one], _crowding[one], now);
        return targets[Choice.Between(one, other, otherIsCheaper)];
    }

    /// <param name="target">The target.</param>
    /// <param name="crowding">What one call under way there counts: less than 1 on a target of more than average weight.</param>
    /// <param name="now">The end of the last call to any target.</param>
    private static float Cost(Target target, float crowding, uint now)
    {
        float load = target.Outstanding * crowding;
        return target.Latency.HasData ? target.Latency.Read(now) * (load + 1) : UnknownMicros * load;
    }
}
