using System.Buffers;

namespace Muster.Cluster.Sockets;

/// <summary>What was read from a peer and is not handled yet: whole messages, and the beginning of one more.</summary>
internal sealed class IncomingBuffer : IDisposable
{
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(Framing.OrdinaryBytes);
    private int _count;
    private int _whole;
    private int _missing;

    /// <summary>Where to read to; never empty.</summary>
    public Memory<byte> Room => _bytes.AsMemory(_count);

    /// <summary>The messages that are here as a whole.</summary>
    public ReadOnlySpan<byte> Messages => _bytes.AsSpan(0, _whole);

    /// <summary>Counts what was read in. False when the message that begins is too long.</summary>
    public bool TryAdd(int read)
    {
        _count += read;
        _whole = Framing.WholeMessages(_bytes.AsSpan(0, _count), out _missing);
        return _missing <= Framing.HeadBytes + Framing.MaxMessageBytes;
    }

    /// <summary>
    /// Drops <see cref="Messages"/>, makes room for a long message that has begun, and gives a long buffer back once it is
    /// not needed.
    /// </summary>
    public void Advance()
    {
        int needed = Math.Max(_missing, Framing.OrdinaryBytes);
        ReadOnlySpan<byte> rest = _bytes.AsSpan(_whole, _count - _whole);
        bool isTooLarge = needed == Framing.OrdinaryBytes && _bytes.Length > 4 * Framing.OrdinaryBytes && rest.Length <= Framing.OrdinaryBytes / 2;
        if (_bytes.Length >= needed && !isTooLarge)
        {
            rest.CopyTo(_bytes);
        }
        else
        {
            byte[] other = ArrayPool<byte>.Shared.Rent(needed);
            rest.CopyTo(other);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = other;
        }

        (_count, _whole) = (rest.Length, 0);
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_bytes);
}
