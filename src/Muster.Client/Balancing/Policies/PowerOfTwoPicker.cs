namespace Muster.Client.Balancing.Policies;

/// <summary>Of two different random targets the one with fewer calls under way.</summary>
/// <remarks>Without a branch that depends on chance: a wrong guess of the processor would cost as much as all the rest.</remarks>
internal sealed class PowerOfTwoPicker(Target[] targets, PickRandom random) : TargetPicker
{
    private readonly uint _count = (uint)targets.Length;

    // each target twice, so that counting on from any of them needs no turn at the end
    private readonly Target[] _twice = [.. targets, .. targets];

    public override Target Pick(in PickContext context)
    {
        Target[] twice = _twice;
        ulong bits = random.Next();
        uint one = Scale((uint)bits, _count);
        uint other = one + 1 + Scale((uint)(bits >> 32), _count - 1);
        int otherHasFewer = (twice[other].Outstanding - twice[one].Outstanding) >> 31;
        return twice[one + ((other - one) & (uint)otherHasFewer)];
    }

    private static uint Scale(uint bits, uint bound) => (uint)(((ulong)bits * bound) >> 32);
}
