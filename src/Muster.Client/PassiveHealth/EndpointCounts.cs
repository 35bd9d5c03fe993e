using Muster.Client.Balancing;

namespace Muster.Client.PassiveHealth;

/// <summary>How many targets are in each condition.</summary>
/// <param name="Available">Up, healthy by the registry, and not ejected.</param>
/// <param name="Unhealthy">Critical by the registry, or not up.</param>
/// <param name="Ejected">Left out by this process's own calls.</param>
/// <param name="OnTrial">On trial after an ejection.</param>
internal readonly record struct EndpointCounts(int Available, int Unhealthy, int Ejected, int OnTrial)
{
    public static EndpointCounts Of(ReadOnlySpan<Target> targets)
    {
        int available = 0, unhealthy = 0, ejected = 0, onTrial = 0;
        foreach (Target target in targets)
        {
            switch (target.Health.State)
            {
                case BreakerState.Open:
                    ejected++;
                    break;
                case BreakerState.HalfOpen:
                    onTrial++;
                    break;
                default:
                    bool isHealthy = target.Instance is { State: InstanceState.Up, Health: not InstanceHealth.Critical };
                    available += isHealthy ? 1 : 0;
                    unhealthy += isHealthy ? 0 : 1;
                    break;
            }
        }

        return new EndpointCounts(available, unhealthy, ejected, onTrial);
    }

    public static EndpointCounts operator +(EndpointCounts one, EndpointCounts other) =>
        new(one.Available + other.Available, one.Unhealthy + other.Unhealthy, one.Ejected + other.Ejected, one.OnTrial + other.OnTrial);
}
