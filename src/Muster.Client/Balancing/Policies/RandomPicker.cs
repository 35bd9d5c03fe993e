namespace Muster.Client.Balancing.Policies;

/// <summary>Any target, with the same chance each.</summary>
internal sealed class RandomPicker(Target[] targets, PickRandom random) : TargetPicker
{
    public override Target Pick(in PickContext context) => targets[random.Next(targets.Length)];
}
