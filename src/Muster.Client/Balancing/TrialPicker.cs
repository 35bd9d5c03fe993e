namespace Muster.Client.Balancing;

/// <summary>Gives targets on trial the few calls they may have, and leaves all other picks to the policy.</summary>
internal sealed class TrialPicker(ITargetAvailability availability, TargetPicker others) : TargetPicker
{
    public override Target? Pick(in PickContext context) => availability.TakeTrial(context) ?? others.Pick(context);
}
