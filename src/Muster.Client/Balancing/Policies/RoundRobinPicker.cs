namespace Muster.Client.Balancing.Policies;

/// <summary>Each target in turn. The order is exact over all threads, which costs one locked increment.</summary>
internal sealed class RoundRobinPicker(Target[] targets, PickSequence sequence) : TargetPicker
{
    private readonly FastMod _modulo = new((uint)targets.Length);

    public override Target Pick(in PickContext context) => targets[_modulo.Of(sequence.Next())];
}
