namespace Muster.Client.Registration;

/// <summary>When to speak to the registry next: a third of the lease, or a random pause after failures.</summary>
/// <remarks>Not thread-safe: the registrar's loop owns it, and with it the random numbers.</remarks>
internal sealed class RenewalPace(TimeSpan lease, Random random)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LossPause = TimeSpan.FromSeconds(0.2);
    private static readonly TimeSpan LeastPause = TimeSpan.FromSeconds(0.05);

    /// <summary>The pause after a renewal: a third of the lease, 10 % more or less, so that instances started together drift apart.</summary>
    public TimeSpan AfterSuccess() => lease / 3 * (0.9 + (0.2 * random.NextDouble()));

    /// <summary>
    /// The pause after so many failures in a row: a random part of a second after the first, of a third of the lease after all
    /// others. Not doubled: doubling pauses begin so short that a registry which was away for seconds meets all at once.
    /// </summary>
    public TimeSpan AfterFailure(int failures, TimeSpan retryAfter)
    {
        TimeSpan cap = lease / 3;
        TimeSpan most = failures <= 1 && FirstPause < cap ? FirstPause : cap;
        TimeSpan pause = most * random.NextDouble();
        // a date may lie in the past, by this clock or by the server's
        TimeSpan asked = retryAfter < TimeSpan.Zero ? TimeSpan.Zero : retryAfter < lease ? retryAfter : lease;
        return asked + (pause > LeastPause ? pause : LeastPause);
    }

    /// <summary>
    /// The pause before the answer to an answer that calls for one at once. Not none: a server that gives it every time must
    /// not be asked as fast as it answers.
    /// </summary>
    public TimeSpan AfterLoss() => LeastPause + (LossPause * random.NextDouble());

    /// <summary>The pause after a refusal: a lease, in which whoever holds the id may expire.</summary>
    public TimeSpan AfterRefusal() => lease * (0.9 + (0.2 * random.NextDouble()));
}
