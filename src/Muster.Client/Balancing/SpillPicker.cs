namespace Muster.Client.Balancing;

/// <summary>Sends each tier its share of the picks, evenly interleaved. The same sticky key goes to the same tier.</summary>
internal sealed class SpillPicker : TargetPicker
{
    private const ulong GoldenRatio = 0x9E3779B97F4A7C15;

    private readonly ulong _nearBound;
    private readonly ulong _middleBound;
    private readonly TargetPicker[] _tiers;

    // the multiples of the golden ratio; threads that meet use the same one twice, which does not matter
    private PaddedCounter _next;

    /// <summary>A picker for two or three tiers, nearest first.</summary>
    public SpillPicker(ReadOnlySpan<double> shares, TargetPicker[] tiers, PickRandom random)
    {
        _tiers = tiers;
        _nearBound = Bound(shares[0]);
        _middleBound = tiers.Length == 2 ? ulong.MaxValue : Bound(shares[0] + shares[1]);
        _next.Value = random.Next();
    }

    public override Target? Pick(in PickContext context)
    {
        ulong place = context.KeyHash == 0 ? NextPlace() : StickyKey.Mix(~context.KeyHash);
        return _tiers[Choice.AsNumber(place > _nearBound) + Choice.AsNumber(place > _middleBound)].Pick(context);
    }

    private static ulong Bound(double share) => (ulong)(share * ulong.MaxValue);

    private ulong NextPlace() => _next.Value += GoldenRatio;
}
