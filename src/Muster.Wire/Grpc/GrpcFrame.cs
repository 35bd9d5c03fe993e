using System.Buffers.Binary;

namespace Muster.Wire.Grpc;

/// <summary>
/// The frame of one message in a gRPC stream: a flag for compression, the length in four bytes, the message.
/// See <see href="https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md"/>.
/// </summary>
public static class GrpcFrame
{
    /// <summary>The bytes before each message.</summary>
    public const int HeaderLength = 5;

    /// <summary>Writes the header of an uncompressed message.</summary>
    /// <param name="destination">At least <see cref="HeaderLength"/> bytes.</param>
    /// <param name="length">The message's length.</param>
    public static void WriteHeader(Span<byte> destination, int length)
    {
        destination[0] = 0;
        BinaryPrimitives.WriteUInt32BigEndian(destination[1..], (uint)length);
    }

    /// <summary>Reads one message; false when the bytes end before it, or it is compressed, which nobody here asks for.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> message)
    {
        message = default;
        if (bytes.Length < HeaderLength || bytes[0] != 0)
        {
            return false;
        }

        uint length = BinaryPrimitives.ReadUInt32BigEndian(bytes[1..]);
        if (length > bytes.Length - HeaderLength)
        {
            return false;
        }

        message = bytes.Slice(HeaderLength, (int)length);
        return true;
    }
}
