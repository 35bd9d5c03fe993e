namespace Muster.Client.Balancing;

/// <summary>Decides which targets may be picked now. Asked at each rebuild of a picker, never by a pick.</summary>
internal interface ITargetAvailability
{
    /// <summary>
    /// Sets <paramref name="usable"/> for each target of a service. Marks at least one if there is any target worth a try.
    /// </summary>
    /// <param name="targets">All targets of the present view.</param>
    /// <param name="usable">As long as <paramref name="targets"/>; all false at the call.</param>
    /// <returns>True in a panic: too few are healthy, so unhealthy ones are marked as well.</returns>
    bool Judge(ReadOnlySpan<Target> targets, Span<bool> usable);
}
