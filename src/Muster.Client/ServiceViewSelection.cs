using System.Collections.Immutable;

namespace Muster.Client;

/// <summary>Which instances of a view take traffic, for those who balance by themselves.</summary>
public static class ServiceViewSelection
{
    /// <summary>
    /// The instances that are up and not critical; all that are up when too few are healthy. Draining, starting and withdrawn
    /// ones, in this order, only when no other is left; those of weight 0 likewise. Empty only if the view is.
    /// </summary>
    /// <param name="view">What is known of the service.</param>
    /// <param name="panicThreshold">The share of healthy ones below which health is not believed, 0 (never) to 1. Default 0.5.</param>
    public static ImmutableArray<ServiceInstance> Usable(this ServiceView view, double panicThreshold = 0.5)
    {
        ArgumentNullException.ThrowIfNull(view);
        if (view.Instances.IsEmpty)
        {
            return view.Instances;
        }

        int best = view.Instances.Min(instance => Rank(instance.State));
        ImmutableArray<ServiceInstance> candidates = view.Instances.RemoveAll(instance => Rank(instance.State) != best);
        ImmutableArray<ServiceInstance> healthy = candidates.RemoveAll(instance => instance.Health == InstanceHealth.Critical);
        ImmutableArray<ServiceInstance> chosen = healthy.Length > 0 && healthy.Length >= panicThreshold * candidates.Length ? healthy : candidates;
        ImmutableArray<ServiceInstance> weighty = chosen.RemoveAll(instance => instance.Weight == 0);
        return weighty.IsEmpty ? chosen : weighty;
    }

    private static int Rank(InstanceState state) => state switch
    {
        InstanceState.Up => 0,
        InstanceState.Draining => 1,
        InstanceState.Starting => 2,
        _ => 3,
    };
}
