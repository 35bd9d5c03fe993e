namespace Muster.Cluster.Repair;

/// <summary>A moment by two clocks.</summary>
/// <param name="Running">The running time, which nobody sets, but which stands still while the machine is suspended.</param>
/// <param name="Wall">The wall clock in microseconds since 1970, which goes on, but which operators set.</param>
internal readonly record struct Moment(TimeSpan Running, long Wall)
{
    /// <summary>How long it is until another moment, by the clock that says more.</summary>
    internal TimeSpan Until(Moment later)
    {
        TimeSpan running = later.Running - Running, wall = new((later.Wall - Wall) * TimeSpan.TicksPerMicrosecond);
        return running > wall ? running : wall;
    }
}
