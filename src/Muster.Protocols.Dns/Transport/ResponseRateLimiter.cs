using System.Buffers.Binary;

namespace Muster.Protocols.Dns.Transport;

/// <summary>
/// Limits what one source network (an IPv4 /24 or IPv6 /56) can draw out of the UDP port: a bucket of one second's
/// worth of responses each. A fixed table: a new source takes the place of the one of its four neighbours that was seen
/// longest ago and starts with a full bucket, so many forged sources cost the honest ones nothing.
/// </summary>
internal sealed class ResponseRateLimiter(TimeProvider time, Random random)
{
    private const int Ways = 4;
    private const int Sets = 4096;
    private const int LockCount = 64;

    private readonly Lock[] _locks = [.. Enumerable.Range(0, LockCount).Select(_ => new Lock())];
    private readonly ulong _seed = (ulong)random.NextInt64() | 1;
    private volatile Limit? _limit;

    /// <summary>Takes another limit from now on.</summary>
    /// <param name="perSecond">Responses a second for one source network, 0 for no limit.</param>
    /// <param name="slip">Of those over the limit, every which is a truncated answer instead of silence; 0 for none.</param>
    public void Configure(int perSecond, int slip)
    {
        Limit? before = _limit;
        if (perSecond == (before?.PerSecond ?? 0) && slip == (before?.Slip ?? slip))
        {
            return;
        }

        _limit = perSecond == 0 ? null : new Limit(perSecond, slip, new Bucket[Sets * Ways]);
    }

    /// <summary>Counts a response to a socket address as the kernel writes it, and says what may be sent.</summary>
    public RateVerdict Decide(ReadOnlySpan<byte> client) =>
        _limit is { } limit ? Decide(limit, NetworkOf(client), time.GetTimestamp()) : RateVerdict.Send;

    private RateVerdict Decide(Limit limit, ulong network, long now)
    {
        int set = (int)((network * (_seed | 1)) >> 52);
        lock (_locks[set % LockCount])
        {
            ref Bucket bucket = ref Find(limit.Buckets.AsSpan(set * Ways, Ways), network, now, limit.PerSecond);
            double elapsed = time.GetElapsedTime(bucket.Seen, now).TotalSeconds;
            bucket.Tokens = Math.Min(limit.PerSecond, bucket.Tokens + (elapsed * limit.PerSecond));
            bucket.Seen = now;
            if (bucket.Tokens >= 1)
            {
                bucket.Tokens--;
                return RateVerdict.Send;
            }

            return limit.Slip > 0 && ++bucket.Refused % limit.Slip == 0 ? RateVerdict.Truncate : RateVerdict.Drop;
        }
    }

    private static ref Bucket Find(Span<Bucket> set, ulong network, long now, int full)
    {
        int oldest = 0;
        for (int i = 0; i < set.Length; i++)
        {
            if (set[i].Network == network)
            {
                return ref set[i];
            }

            oldest = set[i].Network == 0 || (set[oldest].Network != 0 && set[i].Seen < set[oldest].Seen) ? i : oldest;
        }

        set[oldest] = new Bucket { Network = network, Seen = now, Tokens = full };
        return ref set[oldest];
    }

    // Never 0: that is an empty bucket's.
    private static ulong NetworkOf(ReadOnlySpan<byte> client)
    {
        const int V4AddressSize = 16;
        if (client.Length < V4AddressSize)
        {
            return 1;
        }

        if (client.Length == V4AddressSize)
        {
            return (1UL << 56) | (BinaryPrimitives.ReadUInt32BigEndian(client[4..]) >> 8);
        }

        ReadOnlySpan<byte> address = client[8..];
        bool mapped = BinaryPrimitives.ReadUInt64BigEndian(address) == 0 && BinaryPrimitives.ReadUInt32BigEndian(address[8..]) == 0xFFFF;
        return mapped
            ? (1UL << 56) | (BinaryPrimitives.ReadUInt32BigEndian(address[12..]) >> 8)
            : (2UL << 56) | (BinaryPrimitives.ReadUInt64BigEndian(address) >> 8);
    }

    private sealed record Limit(int PerSecond, int Slip, Bucket[] Buckets);

    private struct Bucket
    {
        public ulong Network;
        public long Seen;
        public double Tokens;
        public int Refused;
    }
}
