using System.Buffers.Binary;

namespace Muster.Wire.Dns;

/// <summary>The twelve bytes every DNS message starts with (RFC 1035, 4.1.1).</summary>
/// <param name="Id">Chosen by the client and echoed.</param>
/// <param name="Flags">QR, opcode, AA, TC, RD, RA, AD, CD and the low response code, as on the wire.</param>
/// <param name="QuestionCount">Entries in the question section.</param>
/// <param name="AnswerCount">Records in the answer section.</param>
/// <param name="AuthorityCount">Records in the authority section.</param>
/// <param name="AdditionalCount">Records in the additional section.</param>
public readonly record struct DnsHeader(
    ushort Id,
    ushort Flags,
    ushort QuestionCount,
    ushort AnswerCount,
    ushort AuthorityCount,
    ushort AdditionalCount)
{
    /// <summary>Bytes on the wire.</summary>
    public const int Size = 12;

    internal const ushort ResponseFlag = 0x8000;
    internal const ushort OpcodeMask = 0x7800;
    internal const ushort AuthoritativeFlag = 0x0400;
    internal const ushort TruncatedFlag = 0x0200;
    internal const ushort RecursionDesiredFlag = 0x0100;
    internal const ushort RecursionAvailableFlag = 0x0080;
    internal const ushort CheckingDisabledFlag = 0x0010;
    internal const ushort ResponseCodeMask = 0x000F;

    /// <summary>True for a response, false for a query.</summary>
    public bool IsResponse => (Flags & ResponseFlag) != 0;

    /// <summary>Zero for a standard query.</summary>
    public int Opcode => (Flags & OpcodeMask) >> 11;

    /// <summary>The server speaks for the zone.</summary>
    public bool IsAuthoritative => (Flags & AuthoritativeFlag) != 0;

    /// <summary>Records were left out for lack of room: ask again over TCP.</summary>
    public bool IsTruncated => (Flags & TruncatedFlag) != 0;

    /// <summary>The client asks the server to find the answer elsewhere if need be.</summary>
    public bool RecursionDesired => (Flags & RecursionDesiredFlag) != 0;

    /// <summary>The server offers recursion.</summary>
    public bool RecursionAvailable => (Flags & RecursionAvailableFlag) != 0;

    /// <summary>The low four bits of the response code.</summary>
    public DnsResponseCode ResponseCode => (DnsResponseCode)(Flags & ResponseCodeMask);

    /// <summary>Reads the header; false when the message is shorter than one.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, out DnsHeader header)
    {
        if (message.Length < Size)
        {
            header = default;
            return false;
        }

        header = new DnsHeader(
            BinaryPrimitives.ReadUInt16BigEndian(message),
            BinaryPrimitives.ReadUInt16BigEndian(message[2..]),
            BinaryPrimitives.ReadUInt16BigEndian(message[4..]),
            BinaryPrimitives.ReadUInt16BigEndian(message[6..]),
            BinaryPrimitives.ReadUInt16BigEndian(message[8..]),
            BinaryPrimitives.ReadUInt16BigEndian(message[10..]));
        return true;
    }

    /// <summary>Writes the header into the first twelve bytes of <paramref name="message"/>.</summary>
    public void Write(Span<byte> message)
    {
        BinaryPrimitives.WriteUInt16BigEndian(message[10..], AdditionalCount);
        BinaryPrimitives.WriteUInt16BigEndian(message, Id);
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], Flags);
        BinaryPrimitives.WriteUInt16BigEndian(message[4..], QuestionCount);
        BinaryPrimitives.WriteUInt16BigEndian(message[6..], AnswerCount);
        BinaryPrimitives.WriteUInt16BigEndian(message[8..], AuthorityCount);
    }
}
