namespace Muster.Wire.Protobuf;

/// <summary>
/// Reads a protobuf message field by field. Never throws on input: every method says false at the first byte that makes
/// no sense, and the reader is of no use then.
/// See <see href="https://protobuf.dev/programming-guides/encoding/"/>.
/// </summary>
public ref struct ProtoReader(ReadOnlySpan<byte> message)
{
    private const int LongestVarint = 10;

    private ReadOnlySpan<byte> _rest = message;

    /// <summary>Nothing is left to read.</summary>
    public readonly bool AtEnd => _rest.IsEmpty;

    /// <summary>Reads the number and the wire type of the next field.</summary>
    public bool TryReadTag(out int field, out ProtoWireType type)
    {
        bool ok = TryReadVarint(out ulong tag) && tag >> 3 is > 0 and <= int.MaxValue;
        field = ok ? (int)(tag >> 3) : 0;
        type = (ProtoWireType)(tag & 7);
        return ok;
    }

    /// <summary>Reads a variable-length number.</summary>
    public bool TryReadVarint(out ulong value)
    {
        value = 0;
        for (int i = 0; i < Math.Min(_rest.Length, LongestVarint); i++)
        {
            value |= (ulong)(_rest[i] & 0x7F) << (7 * i);
            if (_rest[i] < 0x80)
            {
                _rest = _rest[(i + 1)..];
                return true;
            }
        }

        return false;
    }

    /// <summary>Reads bytes, a text or a message within this one.</summary>
    public bool TryReadBytes(out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (!TryReadVarint(out ulong length) || length > (ulong)_rest.Length)
        {
            return false;
        }

        bytes = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return true;
    }

    /// <summary>Passes over the value of a field that is of no interest.</summary>
    public bool TrySkip(ProtoWireType type) => type switch
    {
        ProtoWireType.Varint => TryReadVarint(out _),
        ProtoWireType.Bytes => TryReadBytes(out _),
        ProtoWireType.Fixed32 => TrySkip(sizeof(uint)),
        ProtoWireType.Fixed64 => TrySkip(sizeof(ulong)),
        _ => false,
    };

    private bool TrySkip(int length)
    {
        if (_rest.Length < length)
        {
            return false;
        }

        _rest = _rest[length..];
        return true;
    }
}
