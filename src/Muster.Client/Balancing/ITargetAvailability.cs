using Muster.Client.PassiveHealth;

namespace Muster.Client.Balancing;

/// <summary>Decides which targets may be picked now. Asked at each rebuild of a picker; by a pick only while targets are on trial.</summary>
internal interface ITargetAvailability
{
    /// <summary>
    /// Sets <paramref name="usable"/> for each target of a service. Marks at least one if there is any target worth a try.
    /// </summary>
    /// <param name="targets">All targets of the present view.</param>
    /// <param name="usable">As long as <paramref name="targets"/>; all false at the call.</param>
    /// <returns>True in a panic: too few are healthy, so unhealthy ones are marked as well.</returns>
    bool Judge(ReadOnlySpan<Target> targets, Span<bool> usable);

    /// <summary>Whether the last judgment left targets on trial: not usable, but each may get a few calls at a time.</summary>
    bool HasTrials => false;

    /// <summary>A target on trial that has room for a call, and has not been tried for this request; null when there is none.</summary>
    Target? TakeTrial(in PickContext context) => null;

    /// <summary>Hears how a call to a target ended.</summary>
    /// <param name="target">The target.</param>
    /// <param name="result">How the call ended.</param>
    /// <param name="started">The timestamp when it began.</param>
    /// <param name="ended">The timestamp now.</param>
    void Observe(Target target, CallResult result, long started, long ended)
    {
    }
}
