namespace Muster.Cluster.Links;

/// <summary>
/// Tells how much longer than usual a message was on its way: from the difference between the receiver's running time and
/// the stamp of the sender, whose clock is another. The smallest difference seen stands for no delay. It may rise slowly,
/// for clocks drift, and at once as far as a round trip proves that the sender's clock has stood still.
/// </summary>
internal sealed class TransportDelay
{
    private const double Drift = 200e-6;

    private static readonly TimeSpan Most = TimeSpan.FromHours(1);

    private TimeSpan? _least;
    private TimeSpan _seenAt;

    /// <summary>How much longer than usual a message took that says it was sent at <paramref name="sentAt"/>.</summary>
    internal TimeSpan Observe(TimeSpan sentAt, TimeSpan now)
    {
        TimeSpan difference = now - sentAt;
        TimeSpan least = _least is { } before ? before + ((now - _seenAt) * Drift) : difference;
        _seenAt = now;
        _least = difference < least ? difference : least;
        TimeSpan extra = difference - _least.Value;
        return extra < Most ? extra : Most;
    }

    /// <summary>
    /// Notes a message that cannot have been on its way for longer than <paramref name="roundTrip"/>, which is known without
    /// the sender's clock.
    /// </summary>
    internal void ObserveRoundTrip(TimeSpan sentAt, TimeSpan now, TimeSpan roundTrip)
    {
        Observe(sentAt, now);
        TimeSpan floor = now - sentAt - roundTrip;
        if (_least < floor)
        {
            _least = floor;
        }
    }
}
