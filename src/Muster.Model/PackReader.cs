using System.Buffers.Binary;
using System.Text;

namespace Muster.Model;

/// <summary>
/// Reads what <see cref="PackWriter"/> wrote. On damaged input it never throws and never reads outside: it turns
/// <see cref="Failed"/> and answers zeros and empties from then on.
/// </summary>
public ref struct PackReader
{
    private ReadOnlySpan<byte> _rest;

    /// <summary>Starts at the beginning of <paramref name="data"/>.</summary>
    public PackReader(ReadOnlySpan<byte> data) => _rest = data;

    /// <summary>True once something could not be read.</summary>
    public bool Failed { get; private set; }

    /// <summary>True when everything was read.</summary>
    public readonly bool AtEnd => _rest.IsEmpty;

    /// <summary>Reads one byte.</summary>
    public byte Byte()
    {
        if (_rest.IsEmpty)
        {
            return (byte)Fail();
        }

        byte value = _rest[0];
        _rest = _rest[1..];
        return value;
    }

    /// <summary>Reads a non-negative integer.</summary>
    public long Number()
    {
        ulong value = 0;
        for (int i = 0; i < _rest.Length && i < 10; i++)
        {
            byte next = _rest[i];
            value |= (ulong)(next & 0x7f) << (7 * i);
            if (next < 0x80)
            {
                _rest = _rest[(i + 1)..];
                return value <= long.MaxValue ? (long)value : Fail();
            }
        }

        return Fail();
    }

    /// <summary>Reads eight bytes.</summary>
    public ulong Fixed()
    {
        if (_rest.Length < sizeof(ulong))
        {
            return (ulong)Fail();
        }

        ulong value = BinaryPrimitives.ReadUInt64LittleEndian(_rest);
        _rest = _rest[sizeof(ulong)..];
        return value;
    }

    /// <summary>Reads a count of things that take at least one byte each, so that damage cannot ask for a huge array.</summary>
    public int Count()
    {
        long count = Number();
        return count <= _rest.Length ? (int)count : (int)Fail();
    }

    /// <summary>Reads text or bytes as a view into the input.</summary>
    public ReadOnlySpan<byte> Bytes()
    {
        long length = Number();
        if (length > _rest.Length)
        {
            Fail();
            return default;
        }

        ReadOnlySpan<byte> value = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return value;
    }

    /// <summary>Reads text.</summary>
    public string Text()
    {
        ReadOnlySpan<byte> bytes = Bytes();
        return bytes.IsEmpty ? "" : Encoding.UTF8.GetString(bytes);
    }

    private long Fail()
    {
        Failed = true;
        _rest = default;
        return 0;
    }
}
