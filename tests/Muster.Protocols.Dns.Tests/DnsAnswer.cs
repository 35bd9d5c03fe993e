using System.Buffers.Binary;
using System.Net;
using System.Text;
using Muster.Wire.Dns;

namespace Muster.Protocols.Dns.Tests;

/// <summary>A response in words: records as "name TYPE data" with the TTL apart.</summary>
internal sealed class DnsAnswer
{
    public required DnsHeader Header { get; init; }

    public required string Question { get; init; }

    public required int Size { get; init; }

    public DnsResponseCode Code => Opt is { } opt ? (DnsResponseCode)(((int)(opt.Flags >> 24) << 4) | (int)Header.ResponseCode) : Header.ResponseCode;

    public List<string> Answers { get; } = [];

    public List<string> Authority { get; } = [];

    public List<string> Additional { get; } = [];

    public List<uint> Ttls { get; } = [];

    public (int Size, uint Flags, byte[] Data)? Opt { get; private set; }

    public static DnsAnswer Read(ReadOnlySpan<byte> message)
    {
        Assert.True(DnsMessageReader.TryCreate(message, out DnsMessageReader reader));
        string question = reader.TryReadQuestion(out int offset, out _, out _) ? Text(message, offset) : "";
        DnsAnswer answer = new() { Header = reader.Header, Question = question, Size = message.Length };
        while (reader.TryReadRecord(out DnsRecord record, out DnsSection section))
        {
            if (record.Type == DnsRecordType.Opt)
            {
                answer.Opt = ((int)record.Class, record.TimeToLive, record.Data.ToArray());
                continue;
            }

            string text = $"{Text(message, record.NameOffset)} {record.Type.ToString().ToUpperInvariant()} {Data(message, record)}";
            (section == DnsSection.Answer ? answer.Answers : section == DnsSection.Authority ? answer.Authority : answer.Additional).Add(text);
            answer.Ttls.Add(record.TimeToLive);
        }

        Assert.True(reader.IsComplete, "the response announces more than it holds");
        return answer;
    }

    private static string Data(ReadOnlySpan<byte> message, in DnsRecord record) => record.Type switch
    {
        DnsRecordType.A or DnsRecordType.Aaaa => new IPAddress(record.Data).ToString(),
        DnsRecordType.Srv =>
            $"{BinaryPrimitives.ReadUInt16BigEndian(record.Data)} {BinaryPrimitives.ReadUInt16BigEndian(record.Data[2..])} "
            + $"{BinaryPrimitives.ReadUInt16BigEndian(record.Data[4..])} {Text(message, record.DataOffset + 6)}",
        DnsRecordType.Soa => Soa(message, record),
        DnsRecordType.Txt or DnsRecordType.Hinfo => Strings(record.Data),
        _ => Text(message, record.DataOffset),
    };

    private static string Strings(ReadOnlySpan<byte> data)
    {
        List<string> strings = [];
        while (!data.IsEmpty)
        {
            strings.Add(Encoding.UTF8.GetString(data.Slice(1, data[0])));
            data = data[(data[0] + 1)..];
        }

        return string.Join(' ', strings);
    }

    private static string Soa(ReadOnlySpan<byte> message, in DnsRecord record)
    {
        int offset = record.DataOffset;
        byte[] name = new byte[255];
        Assert.True(DnsName.TryExpand(message, ref offset, name, out int primary));
        string text = DnsName.ToText(name.AsSpan(0, primary));
        Assert.True(DnsName.TryExpand(message, ref offset, name, out int mailbox));
        text += " " + DnsName.ToText(name.AsSpan(0, mailbox));
        for (int i = 1; i < 5; i++)
        {
            text += " " + BinaryPrimitives.ReadUInt32BigEndian(message[(offset + (4 * i))..]);
        }

        return text;
    }

    private static string Text(ReadOnlySpan<byte> message, int offset)
    {
        byte[] name = new byte[255];
        Assert.True(DnsName.TryExpand(message, ref offset, name, out int length));
        return DnsName.ToText(name.AsSpan(0, length));
    }
}
