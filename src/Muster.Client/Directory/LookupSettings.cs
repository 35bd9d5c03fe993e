namespace Muster.Client.Directory;

/// <summary>What handles need to know of their client to answer lookups.</summary>
/// <param name="Time">The client's clock.</param>
/// <param name="FirstLookupTimeout">How long a first lookup may wait.</param>
/// <param name="StaleAfter">How old a confirmation may be before the view counts as stale.</param>
/// <param name="Metrics">Counts first lookups; null when nobody counts.</param>
internal sealed record LookupSettings(TimeProvider Time, TimeSpan FirstLookupTimeout, TimeSpan StaleAfter, ClientMetrics? Metrics)
{
    private readonly long _begin = Time.GetTimestamp();

    /// <summary>For a handle that no client follows.</summary>
    public static LookupSettings Unwatched { get; } = new(TimeProvider.System, TimeSpan.Zero, TimeSpan.MaxValue, Metrics: null);

    /// <summary>Time since the client was made: what all parts of the directory call now.</summary>
    public TimeSpan Now => Time.GetElapsedTime(_begin);
}
