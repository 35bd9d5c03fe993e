namespace Muster.Client.Streaming;

/// <summary>
/// How long to wait before the next attempt: a random part of a short time after the first failure, a random part of a long
/// one after each further failure. Not thread-safe.
/// </summary>
/// <remarks>
/// Doubling the time step by step, as is usual, brings a thousand clients back in a burst after a short outage: most of them
/// are then in short waits, and a few in long ones. One window for all spreads them evenly after an outage of any length:
/// the fullest second has at most 2.5 times the average (<c>BackoffTests</c>).
/// </remarks>
/// <param name="first">The wait after the first failure is a random part of this.</param>
/// <param name="window">The wait after each further failure is a random part of this.</param>
/// <param name="random">Where the jitter comes from.</param>
internal sealed class Backoff(TimeSpan first, TimeSpan window, Random random)
{
    /// <summary>A server that asks for more is not believed.</summary>
    private static readonly TimeSpan LongestAsked = TimeSpan.FromMinutes(5);

    private int _failures;

    /// <summary>Failures since the last success.</summary>
    public int Failures => _failures;

    /// <summary>The wait after a failure.</summary>
    public TimeSpan Next()
    {
        TimeSpan longest = _failures == 0 ? first : window;
        _failures++;
        return longest * random.NextDouble();
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
