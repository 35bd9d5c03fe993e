namespace Muster.Client.Balancing;

/// <summary>How far the slow start of targets has come, in steps: between two of them no weight changes and no picker is rebuilt.</summary>
internal sealed class SlowStart(SlowStartOptions options, TimeProvider time)
{
    private const int Steps = 20;

    /// <summary>How long a weight stays as it is.</summary>
    public TimeSpan Step => options.Window / Steps;

    /// <summary>True while the target has not come to its full share.</summary>
    public bool IsRamping(Target target, long now) =>
        target.RampSince is { } since && time.GetElapsedTime(since, now) < options.Window;

    /// <summary>The part of its share that the target gets: from the initial share in equal steps to 1.</summary>
    public double Share(Target target, long now)
    {
        if (!IsRamping(target, now))
        {
            return 1;
        }

        int step = (int)(Steps * (time.GetElapsedTime(target.RampSince!.Value, now) / options.Window));
        return options.InitialShare + ((1 - options.InitialShare) * step / Steps);
    }
}
