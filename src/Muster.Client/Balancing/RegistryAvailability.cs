namespace Muster.Client.Balancing;

/// <summary>Availability by the registry's word alone: up and not critical; critical ones, then any, when no other is left.</summary>
internal sealed class RegistryAvailability : ITargetAvailability
{
    public static RegistryAvailability Instance { get; } = new();

    public bool Judge(ReadOnlySpan<Target> targets, Span<bool> usable)
    {
        int worst = int.MaxValue;
        foreach (Target target in targets)
        {
            worst = Math.Min(worst, Rank(target.Instance));
        }

        for (int i = 0; i < targets.Length; i++)
        {
            usable[i] = Rank(targets[i].Instance) == worst;
        }

        return worst is > 0 and < int.MaxValue;
    }

    private static int Rank(ServiceInstance instance) => instance switch
    {
        { State: InstanceState.Up, Health: not InstanceHealth.Critical } => 0,
        { State: InstanceState.Up } => 1,
        _ => 2,
    };
}
