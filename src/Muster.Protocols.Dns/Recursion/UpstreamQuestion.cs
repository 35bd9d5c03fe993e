using System.Buffers.Binary;
using System.Security.Cryptography;
using Muster.Wire.Dns;

namespace Muster.Protocols.Dns.Recursion;

/// <summary>A question of our own to another server, and the test whether a packet answers it.</summary>
internal sealed class UpstreamQuestion
{
    /// <summary>The UDP size to offer: what reaches everybody unfragmented.</summary>
    public const int UdpSize = 1232;

    private const int QuestionTrailer = 4;
    private const int OptSize = 11;
    private const ushort RecursionDesired = 0x0100;

    private readonly byte[] _packet;
    private readonly int _nameLength;

    /// <param name="name">The name in wire form.</param>
    /// <param name="type">The type.</param>
    /// <param name="udpSize">The size to offer with EDNS, 0 to ask without.</param>
    /// <param name="dnssecOk">Ask for DNSSEC records.</param>
    public UpstreamQuestion(ReadOnlySpan<byte> name, DnsRecordType type, int udpSize, bool dnssecOk)
    {
        _nameLength = name.Length;
        _packet = new byte[DnsHeader.Size + name.Length + QuestionTrailer + (udpSize > 0 ? OptSize : 0)];

        // A new unforeseeable number and, with a socket of its own, port for every question: who wants to slip in a
        // false answer has to guess both.
        Id = (ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue + 1);
        new DnsHeader(Id, RecursionDesired, 1, 0, 0, (ushort)(udpSize > 0 ? 1 : 0)).Write(_packet);
        name.CopyTo(_packet.AsSpan(DnsHeader.Size));
        Span<byte> rest = _packet.AsSpan(DnsHeader.Size + name.Length);
        BinaryPrimitives.WriteUInt16BigEndian(rest, (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(rest[2..], (ushort)DnsClass.Internet);
        if (udpSize > 0)
        {
            BinaryPrimitives.WriteUInt16BigEndian(rest[5..], (ushort)DnsRecordType.Opt);
            BinaryPrimitives.WriteUInt16BigEndian(rest[7..], (ushort)udpSize);
            rest[11] = (byte)(dnssecOk ? 0x80 : 0);
        }
    }

    public ushort Id { get; }

    /// <summary>The query as sent.</summary>
    public ReadOnlyMemory<byte> Packet => _packet;

    /// <summary>True when the packet is a whole, well-formed response to exactly this question.</summary>
    public bool IsAnsweredBy(ReadOnlySpan<byte> packet)
    {
        int questionEnd = DnsHeader.Size + _nameLength + QuestionTrailer;
        if (packet.Length < questionEnd || !DnsHeader.TryRead(packet, out DnsHeader header)
            || !header.IsResponse || header.Id != Id || header.Opcode != 0 || header.QuestionCount != 1)
        {
            return false;
        }

        ReadOnlySpan<byte> asked = _packet.AsSpan(DnsHeader.Size, _nameLength);
        return DnsName.EqualsIgnoreCase(packet.Slice(DnsHeader.Size, _nameLength), asked)
            && packet.Slice(DnsHeader.Size + _nameLength, QuestionTrailer).SequenceEqual(_packet.AsSpan(DnsHeader.Size + _nameLength, QuestionTrailer))
            && IsWhole(packet, questionEnd, header);
    }

    private static bool IsWhole(ReadOnlySpan<byte> packet, int offset, DnsHeader header)
    {
        for (int left = header.AnswerCount + header.AuthorityCount + header.AdditionalCount; left > 0; left--)
        {
            if (!DnsRecord.TryRead(packet, ref offset, out _))
            {
                return false;
            }
        }

        return true;
    }
}
