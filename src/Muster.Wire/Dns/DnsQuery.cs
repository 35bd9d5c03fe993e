using System.Buffers.Binary;

namespace Muster.Wire.Dns;

/// <summary>
/// A query as a server sees it: one question and perhaps EDNS. Its spans point into the packet.
/// Reading never throws and is linear in the packet; a packet may hold at most <see cref="MaxRecords"/> records.
/// </summary>
public readonly ref struct DnsQuery
{
    /// <summary>Most records (in all sections but the question) a query may carry; clients send one or two.</summary>
    public const int MaxRecords = 16;

    private const int QuestionTrailer = 4;
    private const int MaxClientSubnetLength = 20;
    private const ushort ClientSubnetOption = 8;
    private const uint DnssecOkFlag = 0x8000;

    /// <summary>The header as sent.</summary>
    public DnsHeader Header { get; private init; }

    /// <summary>The question's name in wire form, in the case the client wrote it; empty when unreadable.</summary>
    public ReadOnlySpan<byte> Name { get; private init; }

    /// <summary>The asked type.</summary>
    public DnsRecordType Type { get; private init; }

    /// <summary>The asked class.</summary>
    public DnsClass Class { get; private init; }

    /// <summary>The query carries an OPT record, so the response must too.</summary>
    public bool HasEdns { get; private init; }

    /// <summary>The UDP size the client can take: 512 without EDNS, never less.</summary>
    public int UdpPayloadSize { get; private init; }

    /// <summary>The client asked for DNSSEC records; the bit is echoed.</summary>
    public bool DnssecOk { get; private init; }

    /// <summary>The client subnet option's data (RFC 7871) to echo, or empty.</summary>
    public ReadOnlySpan<byte> ClientSubnet { get; private init; }

    /// <summary>Reads a packet; the query holds as much as could be read, for the error response.</summary>
    public static DnsQueryVerdict Parse(ReadOnlySpan<byte> packet, out DnsQuery query)
    {
        query = new DnsQuery { UdpPayloadSize = DnsResponseWriter.PlainUdpSize };
        if (!DnsHeader.TryRead(packet, out DnsHeader header) || header.IsResponse)
        {
            return DnsQueryVerdict.Drop;
        }

        query = new DnsQuery { Header = header, UdpPayloadSize = DnsResponseWriter.PlainUdpSize };
        ReadOnlySpan<byte> body = packet[DnsHeader.Size..];
        bool hasQuestion = DnsName.TryMeasure(body, out int nameLength) && body.Length >= nameLength + QuestionTrailer;
        if (header.QuestionCount != 1 || !hasQuestion)
        {
            return header.Opcode == 0 ? DnsQueryVerdict.FormatError : DnsQueryVerdict.NotImplemented;
        }

        query = new DnsQuery
        {
            Header = header,
            Name = body[..nameLength],
            Type = (DnsRecordType)BinaryPrimitives.ReadUInt16BigEndian(body[nameLength..]),
            Class = (DnsClass)BinaryPrimitives.ReadUInt16BigEndian(body[(nameLength + 2)..]),
            UdpPayloadSize = DnsResponseWriter.PlainUdpSize,
        };
        if (header.Opcode != 0)
        {
            return DnsQueryVerdict.NotImplemented;
        }

        int records = header.AnswerCount + header.AuthorityCount + header.AdditionalCount;
        if (records == 0)
        {
            return DnsQueryVerdict.Accepted;
        }

        int offset = DnsHeader.Size + nameLength + QuestionTrailer;
        return records > MaxRecords ? DnsQueryVerdict.FormatError : ReadRecords(packet, offset, records, ref query);
    }

    private static DnsQueryVerdict ReadRecords(ReadOnlySpan<byte> packet, int offset, int records, scoped ref DnsQuery query)
    {
        DnsQueryVerdict verdict = DnsQueryVerdict.Accepted;
        int firstAdditional = query.Header.AnswerCount + query.Header.AuthorityCount;
        for (int i = 0; i < records; i++)
        {
            int start = offset;
            if (!DnsRecord.TryRead(packet, ref offset, out DnsRecord record))
            {
                return DnsQueryVerdict.FormatError;
            }

            if (record.Type != DnsRecordType.Opt)
            {
                continue;
            }

            // RFC 6891, 6.1.1: one OPT at most, in the additional section, owned by the root.
            if (query.HasEdns || i < firstAdditional || packet[start] != 0)
            {
                return DnsQueryVerdict.FormatError;
            }

            query = WithEdns(query, record);
            if (((record.TimeToLive >> 16) & 0xFF) != 0)
            {
                verdict = DnsQueryVerdict.BadVersion;
            }
        }

        return verdict;
    }

    private static DnsQuery WithEdns(scoped in DnsQuery query, scoped in DnsRecord option) => new()
    {
        Header = query.Header,
        Name = query.Name,
        Type = query.Type,
        Class = query.Class,
        HasEdns = true,
        UdpPayloadSize = Math.Max((int)option.Class, DnsResponseWriter.PlainUdpSize),
        DnssecOk = (option.TimeToLive & DnssecOkFlag) != 0,
        ClientSubnet = FindClientSubnet(option.Data),
    };

    private static ReadOnlySpan<byte> FindClientSubnet(ReadOnlySpan<byte> options)
    {
        while (options.Length >= 4)
        {
            int code = BinaryPrimitives.ReadUInt16BigEndian(options);
            int length = BinaryPrimitives.ReadUInt16BigEndian(options[2..]);
            if (length > options.Length - 4)
            {
                return default;
            }

            if (code == ClientSubnetOption)
            {
                return length is >= 4 and <= MaxClientSubnetLength ? options.Slice(4, length) : default;
            }

            options = options[(4 + length)..];
        }

        return default;
    }
}
