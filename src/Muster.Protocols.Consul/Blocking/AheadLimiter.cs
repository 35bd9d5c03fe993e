using System.Net;

namespace Muster.Protocols.Consul.Blocking;

/// <summary>
/// Slows down readers whose index lies above ours (they came from another server): answered at once, but at most once
/// a second for one address and path.
/// </summary>
/// <remarks>
/// A fixed table of moments, one slot for a hash of address and path. Two that share a slot at worst hold each other
/// up for a second.
/// </remarks>
internal sealed class AheadLimiter(TimeProvider time)
{
    private const int Slots = 4096;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private readonly long[] _answeredAt = new long[Slots];

    /// <summary>How long to hold the answer. Zero (answer now) also notes that it was given.</summary>
    public TimeSpan Delay(IPAddress? address, ReadOnlySpan<char> path)
    {
        ref long slot = ref SlotOf(address, path);
        long now = Math.Max(1, time.GetTimestamp());
        long last = Volatile.Read(ref slot);
        TimeSpan since = last == 0 ? Pause : time.GetElapsedTime(last, now);
        if (since < Pause)
        {
            return Pause - since;
        }

        // of several at the same moment one is answered at once
        return Interlocked.CompareExchange(ref slot, now, last) == last ? TimeSpan.Zero : Pause;
    }

    /// <summary>Notes that a held answer is given now.</summary>
    public void Note(IPAddress? address, ReadOnlySpan<char> path) =>
        Volatile.Write(ref SlotOf(address, path), Math.Max(1, time.GetTimestamp()));

    private ref long SlotOf(IPAddress? address, ReadOnlySpan<char> path) =>
        ref _answeredAt[(uint)HashCode.Combine(address, string.GetHashCode(path, StringComparison.Ordinal)) % Slots];
}
