using System.Buffers.Binary;
using Muster.Wire.Dns;

namespace Muster.Protocols.Dns.Recursion;

/// <summary>Turns what a recursor answered into what our client gets. The answer has passed <see cref="UpstreamQuestion.IsAnsweredBy"/>.</summary>
internal static class UpstreamAnswer
{
    /// <summary>The question about the last alias in a response of ours; null when there is none.</summary>
    public static UpstreamQuestion? AliasOf(ReadOnlySpan<byte> query, ReadOnlySpan<byte> own)
    {
        DnsQuery.Parse(query, out DnsQuery parsed);
        byte[] name = new byte[DnsName.MaxLength];
        int nameLength = 0;
        DnsMessageReader.TryCreate(own, out DnsMessageReader reader);
        reader.TryReadQuestion(out _, out _, out _);
        while (reader.TryReadRecord(out DnsRecord record, out DnsSection section))
        {
            int offset = record.DataOffset;
            if (section == DnsSection.Answer && record.Type == DnsRecordType.Cname)
            {
                DnsName.TryExpand(own, ref offset, name, out nameLength);
            }
        }

        DnsRecordType type = parsed.Type == DnsRecordType.Any ? DnsRecordType.A : parsed.Type;
        return nameLength == 0 ? null : new UpstreamQuestion(name.AsSpan(0, nameLength), type, UpstreamQuestion.UdpSize, dnssecOk: false);
    }

    /// <summary>Hands a recursor's answer on, with the client's own number and the name in the letters the client wrote; cut when it is too long.</summary>
    public static int Relay(ReadOnlySpan<byte> query, ReadOnlySpan<byte> answer, Span<byte> response)
    {
        DnsQuery.Parse(query, out DnsQuery parsed);
        if (answer.Length > response.Length)
        {
            DnsResponseWriter writer = new(response, parsed);
            writer.MarkTruncated();
            return writer.Finish(DnsResponseCode.NoError, authoritative: false, recursionAvailable: true);
        }

        answer.CopyTo(response);
        BinaryPrimitives.WriteUInt16BigEndian(response, parsed.Header.Id);
        response[3] |= 0x80; // recursion is available: it just happened
        parsed.Name.CopyTo(response[DnsHeader.Size..]);
        return answer.Length;
    }

    /// <summary>Makes one response of our alias and what a recursor knows about its target.</summary>
    public static int Join(ReadOnlySpan<byte> query, ReadOnlySpan<byte> own, ReadOnlySpan<byte> answer, Span<byte> response)
    {
        DnsQuery.Parse(query, out DnsQuery parsed);
        DnsResponseWriter writer = new(response, parsed);
        if (!CopyAnswers(own, ref writer) || !CopyAnswers(answer, ref writer))
        {
            writer.MarkTruncated();
        }

        return writer.Finish(DnsResponseCode.NoError, authoritative: true, recursionAvailable: true);
    }

    // Names are spelled out: the places that compression pointed to are elsewhere now.
    private static bool CopyAnswers(ReadOnlySpan<byte> message, ref DnsResponseWriter writer)
    {
        Span<byte> owner = stackalloc byte[DnsName.MaxLength];
        Span<byte> target = stackalloc byte[DnsName.MaxLength];
        DnsMessageReader.TryCreate(message, out DnsMessageReader reader);
        reader.TryReadQuestion(out _, out _, out _);
        while (reader.TryReadRecord(out DnsRecord record, out DnsSection section))
        {
            int nameOffset = record.NameOffset;
            int dataOffset = record.DataOffset;
            bool isAlias = record.Type == DnsRecordType.Cname;
            bool isAddress = (record.Type, record.Data.Length) is (DnsRecordType.A, 4) or (DnsRecordType.Aaaa, 16);
            if (section != DnsSection.Answer || !(isAlias || isAddress)
                || !DnsName.TryExpand(message, ref nameOffset, owner, out int ownerLength))
            {
                continue;
            }

            scoped ReadOnlySpan<byte> data = record.Data;
            if (isAlias)
            {
                if (!DnsName.TryExpand(message, ref dataOffset, target, out int targetLength))
                {
                    continue;
                }

                data = target[..targetLength];
            }

            if (!writer.TryAppend(DnsSection.Answer, owner[..ownerLength], record.Type, record.TimeToLive, data))
            {
                return false;
            }
        }

        return true;
    }
}
