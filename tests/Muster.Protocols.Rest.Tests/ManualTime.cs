namespace Muster.Protocols.Rest.Tests;

/// <summary>A clock that moves when told to.</summary>
internal sealed class ManualTime : TimeProvider
{
    private TimeSpan _elapsed;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _elapsed.Ticks;

    public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2026, 11, 21, 10, 0, 0, TimeSpan.Zero) + _elapsed;

    public void Advance(TimeSpan time) => _elapsed += time;
}
