using System.Text;
using Muster.Wire.Protobuf;

namespace Muster.Wire.Grpc;

/// <summary>
/// The messages of <c>grpc.health.v1.Health/Check</c>, each in its frame: a request with the service's name as field 1, an
/// answer with its status as field 1.
/// See <see href="https://github.com/grpc/grpc/blob/master/doc/health-checking.md"/>.
/// </summary>
public static class GrpcHealthMessage
{
    private const byte ServiceTag = (1 << 3) | (int)ProtoWireType.Bytes;
    private const int StatusField = 1;

    /// <summary>The request for a service, or for the whole server when the name is empty.</summary>
    public static byte[] Request(string service)
    {
        int nameLength = Encoding.UTF8.GetByteCount(service);
        if (nameLength == 0)
        {
            // a field with its default value is not sent
            return new byte[GrpcFrame.HeaderLength];
        }

        Span<byte> prefix = stackalloc byte[1 + 5];
        int prefixLength = WritePrefix(prefix, nameLength);
        byte[] frame = new byte[GrpcFrame.HeaderLength + prefixLength + nameLength];
        GrpcFrame.WriteHeader(frame, prefixLength + nameLength);
        prefix[..prefixLength].CopyTo(frame.AsSpan(GrpcFrame.HeaderLength));
        Encoding.UTF8.GetBytes(service, frame.AsSpan(GrpcFrame.HeaderLength + prefixLength));
        return frame;
    }

    /// <summary>Reads the status of an answer; fields from later versions are passed over.</summary>
    public static bool TryReadStatus(ReadOnlySpan<byte> frame, out GrpcHealthStatus status)
    {
        status = GrpcHealthStatus.Unknown;
        if (!GrpcFrame.TryRead(frame, out ReadOnlySpan<byte> message))
        {
            return false;
        }

        var reader = new ProtoReader(message);
        while (!reader.AtEnd)
        {
            if (!reader.TryReadTag(out int field, out ProtoWireType type))
            {
                return false;
            }

            if (field == StatusField && type == ProtoWireType.Varint)
            {
                if (!reader.TryReadVarint(out ulong value))
                {
                    return false;
                }

                status = value <= (ulong)GrpcHealthStatus.ServiceUnknown ? (GrpcHealthStatus)value : GrpcHealthStatus.Unknown;
            }
            else if (!reader.TrySkip(type))
            {
                return false;
            }
        }

        return true;
    }

    private static int WritePrefix(Span<byte> prefix, int length)
    {
        prefix[0] = ServiceTag;
        int at = 1;
        for (uint rest = (uint)length; ; rest >>= 7)
        {
            prefix[at++] = (byte)(rest < 0x80 ? rest : rest | 0x80);
            if (rest < 0x80)
            {
                return at;
            }
        }
    }
}
