namespace Muster.Client.Balancing;

/// <summary>
/// A moving average of latencies that jumps to a peak at once and forgets it slowly, as Finagle's balancer keeps it: what
/// counts is how long the next call may have to wait, and bad news is believed sooner than good.
/// </summary>
/// <remarks>
/// Average and time of the last observation share one word, so readers see both of one moment and writers need no lock.
/// The average halves with each half-life that passes without an observation: a target that was avoided is tried again.
/// </remarks>
internal sealed class PeakEwma
{
    /// <summary>A failure counts as at least this long: who fails fast must not look fast.</summary>
    private static readonly TimeSpan FailurePenalty = TimeSpan.FromSeconds(1);

    private const float HalfLifeMillis = 5_000;

    // high half: milliseconds of the observation; low half: the average in microseconds as a float; 0 = never observed
    private ulong _state;

    /// <summary>True once a call has ended.</summary>
    public bool HasData => Volatile.Read(ref _state) != 0;

    /// <summary>What a failed call that took this long counts as.</summary>
    public static TimeSpan OfFailure(TimeSpan took) => took > FailurePenalty ? took : FailurePenalty;

    /// <summary>The average in microseconds, as it has decayed until now; 0 before the first observation.</summary>
    public float Read(uint nowMillis)
    {
        ulong state = Volatile.Read(ref _state);
        return state == 0 ? 0 : Average(state) * Decay(nowMillis - Stamp(state));
    }

    /// <summary>Takes in how long a call took.</summary>
    public void Observe(TimeSpan latency, uint nowMillis)
    {
        float observed = Math.Max((float)latency.TotalMicroseconds, 1);
        while (true)
        {
            ulong before = Volatile.Read(ref _state);
            ulong after = Pack(Next(before, observed, nowMillis), nowMillis);
            if (Interlocked.CompareExchange(ref _state, after, before) == before)
            {
                return;
            }
        }
    }

    private static float Next(ulong state, float observed, uint nowMillis)
    {
        if (state == 0 || observed >= Average(state))
        {
            return observed;
        }

        float kept = Decay(nowMillis - Stamp(state));
        return (Average(state) * kept) + (observed * (1 - kept));
    }

    /// <summary>Two to the minus half-lives, by straight lines between the powers: within 7 % of the curve, in a few cycles.</summary>
    private static float Decay(uint elapsedMillis)
    {
        // an observation of another thread may be a moment newer than "now"
        float halfLives = (int)elapsedMillis <= 0 ? 0 : elapsedMillis / HalfLifeMillis;
        if (halfLives >= 30)
        {
            return 0;
        }

        int whole = (int)halfLives;
        return (1 - ((halfLives - whole) / 2)) / (1 << whole);
    }

    private static ulong Pack(float average, uint millis) => ((ulong)millis << 32) | BitConverter.SingleToUInt32Bits(average);

    private static float Average(ulong state) => BitConverter.UInt32BitsToSingle((uint)state);

    private static uint Stamp(ulong state) => (uint)(state >> 32);
}
