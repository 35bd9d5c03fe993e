namespace Muster.Simulation.Cluster;

/// <summary>A clock whose timestamps are the wall clock's.</summary>
internal sealed class WallClock(TimeProvider time) : TimeProvider
{
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => time.GetUtcNow().Ticks;

    public override DateTimeOffset GetUtcNow() => time.GetUtcNow();
}
