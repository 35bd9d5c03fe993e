using System.Buffers.Binary;

namespace Muster.Wire.Dns;

/// <summary>One resource record inside a message. Names are offsets: expand them with <see cref="DnsName"/>.</summary>
public readonly ref struct DnsRecord
{
    private const int FixedSize = 10;

    /// <summary>Where the owner's name starts in the message.</summary>
    public int NameOffset { get; private init; }

    /// <summary>The record's type.</summary>
    public DnsRecordType Type { get; private init; }

    /// <summary>The record's class; the UDP size in an OPT record.</summary>
    public DnsClass Class { get; private init; }

    /// <summary>Seconds a cache may keep the record; flags in an OPT record.</summary>
    public uint TimeToLive { get; private init; }

    /// <summary>Where the data starts in the message.</summary>
    public int DataOffset { get; private init; }

    /// <summary>The data.</summary>
    public ReadOnlySpan<byte> Data { get; private init; }

    /// <summary>Reads the record at <paramref name="offset"/> and moves behind it; false when it is not whole.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, scoped ref int offset, out DnsRecord record)
    {
        record = default;
        int nameOffset = offset;
        if (!DnsName.TrySkip(message, ref offset) || message.Length - offset < FixedSize)
        {
            return false;
        }

        ReadOnlySpan<byte> body = message[offset..];
        int length = BinaryPrimitives.ReadUInt16BigEndian(body[8..]);
        if (length > body.Length - FixedSize)
        {
            return false;
        }

        record = new DnsRecord
        {
            NameOffset = nameOffset,
            Type = (DnsRecordType)BinaryPrimitives.ReadUInt16BigEndian(body),
            Class = (DnsClass)BinaryPrimitives.ReadUInt16BigEndian(body[2..]),
            TimeToLive = BinaryPrimitives.ReadUInt32BigEndian(body[4..]),
            DataOffset = offset + FixedSize,
            Data = body.Slice(FixedSize, length),
        };
        offset += FixedSize + length;
        return true;
    }
}
