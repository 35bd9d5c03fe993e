using System.Buffers.Binary;

namespace Muster.Wire.Http2;

/// <summary>The nine bytes before every HTTP/2 frame (RFC 9113, section 4.1).</summary>
/// <param name="PayloadLength">How many bytes follow.</param>
/// <param name="Type">The frame's type.</param>
/// <param name="Flags">Flags, whose meaning depends on the type.</param>
/// <param name="StreamId">The stream, 0 for the connection as a whole.</param>
public readonly record struct Http2FrameHeader(int PayloadLength, Http2FrameType Type, byte Flags, int StreamId)
{
    /// <summary>The header's length.</summary>
    public const int Length = 9;

    /// <summary>The longest payload a peer may send that was told nothing else.</summary>
    public const int DefaultMaxPayload = 16_384;

    /// <summary>On SETTINGS and PING: an answer.</summary>
    public const byte AckFlag = 1;

    /// <summary>What a client sends first.</summary>
    public static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    /// <summary>Reads a header from at least <see cref="Length"/> bytes; every value has a meaning, or is to be ignored.</summary>
    public static Http2FrameHeader Read(ReadOnlySpan<byte> source) => new(
        (source[0] << 16) | BinaryPrimitives.ReadUInt16BigEndian(source[1..]),
        (Http2FrameType)source[3],
        source[4],
        (int)(BinaryPrimitives.ReadUInt32BigEndian(source[5..]) & int.MaxValue));

    /// <summary>Writes the header into at least <see cref="Length"/> bytes.</summary>
    public void Write(Span<byte> destination)
    {
        destination[0] = (byte)(PayloadLength >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(destination[1..], (ushort)PayloadLength);
        destination[3] = (byte)Type;
        destination[4] = Flags;
        BinaryPrimitives.WriteInt32BigEndian(destination[5..], StreamId);
    }
}
