using System.Diagnostics;
using System.Numerics;

namespace Muster.TestFleet;

/// <summary>Latencies in buckets that are at most 3 % wide, from nanoseconds to minutes. Thread-safe.</summary>
internal sealed class LatencyHistogram
{
    private const int StepBits = 5;
    private const int Steps = 1 << StepBits;

    private readonly long[] _counts = new long[(64 - StepBits) * Steps];
    private long _longest;

    /// <summary>How many were recorded.</summary>
    public long Count => _counts.Sum();

    /// <summary>Adds the time between two timestamps of <see cref="Stopwatch"/>.</summary>
    public void Record(long began, long ended)
    {
        long nanoseconds = Math.Max(0, (ended - began) * (1_000_000_000 / Stopwatch.Frequency));
        Interlocked.Increment(ref _counts[BucketOf(nanoseconds)]);
        long longest = Volatile.Read(ref _longest);
        while (nanoseconds > longest && Interlocked.CompareExchange(ref _longest, nanoseconds, longest) is long seen && seen != longest)
        {
            longest = seen;
        }
    }

    /// <summary>Quantiles in milliseconds.</summary>
    public Quantiles Read() => new(At(0.5), At(0.99), At(0.999), _longest / 1e6);

    private double At(double quantile)
    {
        long rank = Math.Max(1, (long)Math.Ceiling(Count * quantile)), seen = 0;
        for (int bucket = 0; bucket < _counts.Length; bucket++)
        {
            seen += _counts[bucket];
            if (seen >= rank)
            {
                return Math.Min(UpperEndOf(bucket), _longest) / 1e6;
            }
        }

        return 0;
    }

    private static int BucketOf(long value)
    {
        int shift = Math.Max(0, BitOperations.Log2((ulong)value | 1) - StepBits);
        return (shift * Steps) + (int)(value >> shift);
    }

    private static long UpperEndOf(int bucket)
    {
        int shift = Math.Max(0, (bucket / Steps) - 1);
        return ((long)(bucket - (shift * Steps) + 1) << shift) - 1;
    }
}
