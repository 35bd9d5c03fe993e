namespace Muster.Catalog.Tests;

/// <summary>A clock that moves only when told. Its timestamp frequency is odd on purpose, to catch code that assumes one.</summary>
internal sealed class ManualTime : TimeProvider
{
    private const long Frequency = 3_000_017;

    private DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private TimeSpan _monotonic;

    public override long TimestampFrequency => Frequency;

    public override long GetTimestamp() => (long)(_monotonic.TotalSeconds * Frequency);

    public override DateTimeOffset GetUtcNow() => _now;

    public void Advance(TimeSpan span)
    {
        _monotonic += span;
        _now += span;
    }

    public void SetWallClock(DateTimeOffset now) => _now = now;
}
