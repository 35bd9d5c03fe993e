using System.Numerics;

namespace Muster.Client.Balancing.Policies;

/// <summary>The owner of the key's place on the ring, or the next on the ring that is below its bound and was not tried.</summary>
/// <remarks>
/// The bound of a target is LoadFactor times the calls under way on all targets, this one included, times its part of the
/// weight, rounded up. The sum of the calls is taken anew every few picks, so that a pick looks at 16 counts on average.
/// </remarks>
internal sealed class ConsistentHashPicker : TargetPicker
{
    private const int CountsPerPick = 16;

    private readonly Target[] _targets;
    private readonly double[] _bounds;
    private readonly HashRing _ring;
    private readonly TargetPicker _keyless;
    private readonly int _sumEvery;
    private int _sum;
    private int _picksUntilSum;

    public ConsistentHashPicker(PickerInput input)
    {
        double[] weights = input.Weights();
        double all = weights.Sum();
        double greatest = BitOperations.RoundUpToPowerOf2((ulong)Math.Ceiling(weights.Max()));
        _targets = input.PlainTargets();
        _bounds = Array.ConvertAll(weights, weight => input.Options.Hash.LoadFactor * weight / all);
        ulong[] seeds = Array.ConvertAll(_targets, target => StickyKey.Of(target.Instance));
        int[] counts = Array.ConvertAll(weights, weight => Math.Max(1, (int)Math.Round(input.Options.Hash.PointsPerInstance * weight / greatest)));
        _ring = HashRing.Of(seeds, counts, (input.Previous as ConsistentHashPicker)?._ring);
        _keyless = new PowerOfTwoPolicy().CreatePicker(input);
        _sumEvery = (_targets.Length + CountsPerPick - 1) / CountsPerPick;
    }

    public override Target? Pick(in PickContext context)
    {
        if (context.KeyHash == 0)
        {
            return _keyless.Pick(context);
        }

        int underWay = UnderWay();
        int first = _ring.Find(StickyKey.Mix(context.KeyHash));
        int point = first;
        do
        {
            int owner = _ring.OwnerOf(point);
            Target target = _targets[owner];
            if (target.Outstanding < Math.Ceiling(_bounds[owner] * (underWay + 1)) && !WasTried(target, context.Tried))
            {
                return target;
            }

            point = _ring.After(point);
        }
        while (point != first);
        return _targets[_ring.OwnerOf(first)];
    }

    private int UnderWay()
    {
        if (--_picksUntilSum >= 0)
        {
            return _sum;
        }

        int sum = 0;
        foreach (Target target in _targets)
        {
            sum += target.Outstanding;
        }

        _sum = sum;
        _picksUntilSum = _sumEvery - 1;
        return sum;
    }

    private static bool WasTried(Target target, IReadOnlyList<Target>? tried)
    {
        for (int i = 0; i < (tried?.Count ?? 0); i++)
        {
            if (ReferenceEquals(tried![i], target))
            {
                return true;
            }
        }

        return false;
    }
}
