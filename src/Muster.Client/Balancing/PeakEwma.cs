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
    private const float HalfLifeMillis = 5_000;
    private const float MostMicros = 60_000_000;

    // high half: milliseconds of the observation; low half: the average in microseconds as a float; 0 = never observed
    private ulong _state;

    /// <summary>True once a call has ended.</summary>
    public bool HasData => Volatile.Read(ref _state) != 0;

    /// <summary>The average in microseconds, as it has decayed until now; 0 before the first observation.</summary>
    public float Read(uint nowMillis)
    {
        ulong state = Volatile.Read(ref _state);
        return state == 0 ? 0 : Average(state) * Decay(nowMillis - Stamp(state));
    }

    /// <summary>Takes in how long a call took.</summary>
    /// <param name="latency">How long it took.</param>
    /// <param name="failed">
    /// Whether it failed: that counts as twice the average, or the call's time if longer. Who fails fast, and often, does not look fast;
    /// who fails once among many is not shunned for it.
    /// </param>
    /// <param name="nowMillis">When it ended.</param>
    public void Observe(TimeSpan latency, bool failed, uint nowMillis)
    {
        float observed = Math.Clamp((float)latency.TotalMicroseconds, 1, MostMicros);
        while (true)
        {
            ulong before = Volatile.Read(ref _state);
            float average = failed ? AfterFailure(before, observed, nowMillis) : AfterSuccess(before, observed, nowMillis);
            if (Interlocked.CompareExchange(ref _state, Pack(average, nowMillis), before) == before)
            {
                return;
            }
        }
    }

    private static float AfterFailure(ulong state, float observed, uint nowMillis)
    {
        float average = state == 0 ? 0 : Average(state) * Decay(nowMillis - Stamp(state));
        return Math.Min(2 * Math.Max(observed, average), MostMicros);
    }

    private static float AfterSuccess(ulong state, float observed, uint nowMillis)
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
