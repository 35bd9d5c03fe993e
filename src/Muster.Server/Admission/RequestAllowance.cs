namespace Muster.Server.Admission;

/// <summary>
/// A token bucket in one number: the moment until which what was spent is paid for. Each request moves it by the time
/// that one request costs; it may run ahead of the clock by the burst and no further. No lock, no timer.
/// </summary>
internal struct RequestAllowance
{
    private long _paidUntil;

    /// <summary>Takes one request's worth. False when there is none, with how long until there is.</summary>
    /// <param name="now">The moment.</param>
    /// <param name="cost">The time one request costs: the inverse of the rate.</param>
    /// <param name="burst">How many may be taken at once.</param>
    /// <param name="wait">How long to wait, in the unit of the others; 0 when one was taken.</param>
    public bool TryTake(long now, long cost, int burst, out long wait)
    {
        while (true)
        {
            long paid = Volatile.Read(ref _paidUntil);
            long next = Math.Max(paid, now) + cost;
            wait = Math.Max(0, next - now - (burst * cost));
            if (wait > 0)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref _paidUntil, next, paid) == paid)
            {
                return true;
            }
        }
    }

    /// <summary>True when nothing spent is left to pay for: a new allowance would be the same.</summary>
    public readonly bool IsWhole(long now) => _paidUntil <= now;
}
