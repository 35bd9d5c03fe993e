namespace Muster.Client.Streaming;

/// <summary>
/// How long to wait before the next attempt: full jitter, so that a thousand clients which lost the same server at the same
/// moment come back spread over the whole time. Not thread-safe.
/// </summary>
/// <param name="first">The first wait is a random part of this; each further one may be twice as long.</param>
/// <param name="cap">The longest wait.</param>
/// <param name="random">Where the jitter comes from.</param>
internal sealed class Backoff(TimeSpan first, TimeSpan cap, Random random)
{
    /// <summary>A server that asks for more is not believed.</summary>
    private static readonly TimeSpan LongestAsked = TimeSpan.FromMinutes(5);

    private int _failures;

    /// <summary>Failures since the last success.</summary>
    public int Failures => _failures;

    /// <summary>The wait after a failure.</summary>
    public TimeSpan Next()
    {
        double ceiling = Math.Min(cap.TotalMilliseconds, first.TotalMilliseconds * Math.Pow(2, Math.Min(_failures, 40)));
        _failures++;
        return TimeSpan.FromMilliseconds(ceiling * random.NextDouble());
    }

    /// <summary>The wait after a server named one: never shorter, and up to twice as long, since all its clients heard the same.</summary>
    public TimeSpan NextAfter(TimeSpan asked)
    {
        asked = asked < TimeSpan.Zero ? TimeSpan.Zero : asked > LongestAsked ? LongestAsked : asked;
        TimeSpan spread = asked > first ? asked : first;
        return asked + (spread * random.NextDouble());
    }

    /// <summary>An attempt succeeded.</summary>
    public void Reset() => _failures = 0;
}
