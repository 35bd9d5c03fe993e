using System.Numerics;

namespace Muster.Catalog;

/// <summary>
/// The interval at which a lease is renewed, learned from the renewals themselves and kept in one byte: sixteen steps an
/// octave, from one tick to about an hour; zero is unknown.
/// </summary>
/// <remarks>
/// A longer gap counts at once and a shorter one moves the interval by one step (4 %): now and then a renewal more than
/// the rhythm, as every registration is one, does not make the next one look late.
/// </remarks>
internal static class Rhythm
{
    private const int StepsBits = 4;
    private const int Steps = 1 << StepsBits;

    /// <summary>The rhythm after one more renewal.</summary>
    /// <param name="rhythm">The rhythm so far.</param>
    /// <param name="gap">Ticks since the renewal before.</param>
    /// <param name="ttl">How long the lease lasts, in ticks. A gap beyond it was an absence, and none at all a renewal told twice: from neither is anything learned.</param>
    internal static byte Learn(byte rhythm, long gap, long ttl)
    {
        if (gap <= 0 || gap > ttl)
        {
            return rhythm;
        }

        byte measured = CodeOf(gap), known = rhythm == 0 ? CodeOf(ttl / 2) : rhythm;
        return measured >= known ? measured : (byte)(known - 1);
    }

    /// <summary>The interval in ticks, at most one step too long; half of <paramref name="ttl"/> when it is unknown or beyond what fits.</summary>
    internal static long IntervalOf(byte rhythm, long ttl)
    {
        if (rhythm is 0 or byte.MaxValue)
        {
            return Math.Max(1, ttl / 2);
        }

        int octave = (rhythm - 1) >> StepsBits, step = (rhythm - 1) & (Steps - 1);
        return ((long)(Steps + step + 1) << octave) >> StepsBits;
    }

    /// <summary>Whether a lease that was heard of <paramref name="age"/> ticks ago is late: by more than a quarter of its rhythm, or due.</summary>
    internal static bool IsLate(byte rhythm, long age, long ttl) => age >= ttl || age * 4 > IntervalOf(rhythm, ttl) * 5;

    private static byte CodeOf(long ticks)
    {
        ulong value = (ulong)Math.Max(1, ticks);
        int octave = BitOperations.Log2(value);
        int step = (int)((value << StepsBits) >> octave) & (Steps - 1);
        return (byte)Math.Min(byte.MaxValue, 1 + (octave << StepsBits) + step);
    }
}
