using System.Buffers.Binary;
using System.Text;

namespace Muster.Model;

/// <summary>
/// Writes the compact binary form shared by packed instances and journal records: unsigned LEB128 integers and
/// length-prefixed UTF-8 text. Reuse one writer for many values with <see cref="Clear"/>: it allocates only to grow.
/// </summary>
public sealed class PackWriter
{
    private byte[] _buffer = new byte[256];
    private int _length;

    /// <summary>What was written since the last <see cref="Clear"/>.</summary>
    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _length);

    /// <summary>Forgets what was written, keeps the buffer.</summary>
    public void Clear() => _length = 0;

    /// <summary>A copy of what was written.</summary>
    public byte[] ToArray() => Written.ToArray();

    /// <summary>Writes one byte.</summary>
    public void Byte(byte value)
    {
        Reserve(1)[0] = value;
        _length++;
    }

    /// <summary>Writes a non-negative integer, 1 byte for values below 128.</summary>
    public void Number(long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        Span<byte> room = Reserve(10);
        ulong rest = (ulong)value;
        int count = 0;
        while (rest >= 0x80)
        {
            room[count++] = (byte)(rest | 0x80);
            rest >>= 7;
        }

        room[count++] = (byte)rest;
        _length += count;
    }

    /// <summary>Writes eight bytes: for hashes, which do not get shorter.</summary>
    public void Fixed(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(Reserve(sizeof(ulong)), value);
        _length += sizeof(ulong);
    }

    /// <summary>Writes text as its UTF-8 length and bytes.</summary>
    public void Text(string value)
    {
        int bytes = Encoding.UTF8.GetByteCount(value);
        Number(bytes);
        Encoding.UTF8.GetBytes(value, Reserve(bytes));
        _length += bytes;
    }

    /// <summary>Writes a length and raw bytes.</summary>
    public void Bytes(ReadOnlySpan<byte> value)
    {
        Number(value.Length);
        value.CopyTo(Reserve(value.Length));
        _length += value.Length;
    }

    private Span<byte> Reserve(int count)
    {
        if (_buffer.Length - _length < count)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + count));
        }

        return _buffer.AsSpan(_length);
    }
}
