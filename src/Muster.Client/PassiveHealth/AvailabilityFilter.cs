using Muster.Client.Balancing;

namespace Muster.Client.PassiveHealth;

/// <summary>
/// Which targets may be picked, by what the registry says and by what calls have shown: those that are up, healthy and not
/// ejected; all that are up when too few are. Starting, draining and withdrawn ones only when no other is left. Pure.
/// </summary>
internal static class AvailabilityFilter
{
    /// <summary>Sets <paramref name="usable"/> for each target, and returns true in a panic: too few are healthy.</summary>
    public static bool Judge(ReadOnlySpan<Target> targets, Span<bool> usable, double panicThreshold)
    {
        InstanceState best = BestState(targets);
        int candidates = 0, healthy = 0;
        foreach (Target target in targets)
        {
            candidates += target.Instance.State == best ? 1 : 0;
            healthy += target.Instance.State == best && IsHealthy(target) ? 1 : 0;
        }

        bool panic = candidates > 0 && (healthy == 0 || healthy < panicThreshold * candidates);
        for (int i = 0; i < targets.Length; i++)
        {
            // one on trial is reached through its trial calls only, however bad things are
            usable[i] = targets[i].Instance.State == best
                && (panic ? targets[i].Health.State != BreakerState.HalfOpen : IsHealthy(targets[i]));
        }

        return panic;
    }

    /// <summary>The state that targets are taken from: the best there is, in the order up, draining, starting, out of service.</summary>
    public static InstanceState BestState(ReadOnlySpan<Target> targets)
    {
        int best = int.MaxValue;
        foreach (Target target in targets)
        {
            best = Math.Min(best, Rank(target.Instance.State));
        }

        return best switch
        {
            1 => InstanceState.Draining,
            2 => InstanceState.Starting,
            3 => InstanceState.OutOfService,
            _ => InstanceState.Up,
        };
    }

    /// <summary>Whether a target on trial gets calls: not while the registry says of it what keeps calls from others.</summary>
    public static bool IsTried(Target target, InstanceState best, bool panic) =>
        target.Health.State == BreakerState.HalfOpen
        && target.Instance.State == best
        && (panic || target.Instance.Health != InstanceHealth.Critical);

    private static bool IsHealthy(Target target) =>
        target.Health.State == BreakerState.Closed && target.Instance.Health != InstanceHealth.Critical;

    private static int Rank(InstanceState state) => state switch
    {
        InstanceState.Up => 0,
        InstanceState.Draining => 1,
        InstanceState.Starting => 2,
        _ => 3,
    };
}
