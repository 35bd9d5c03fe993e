namespace Muster.Client.Balancing;

/// <summary>The only target there is, or none.</summary>
internal sealed class SinglePicker(Target? target) : TargetPicker
{
    public override Target? Pick(in PickContext context) => target;
}
