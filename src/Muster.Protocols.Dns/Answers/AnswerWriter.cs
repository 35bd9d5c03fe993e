using Muster.Wire.Dns;

namespace Muster.Protocols.Dns.Answers;

/// <summary>Puts records of a <see cref="RecordSet"/> into a response, shuffled, as many whole ones as there is room for.</summary>
internal static class AnswerWriter
{
    private const int SeenBits = 1024;

    /// <summary>
    /// Writes up to <paramref name="limit"/> A or AAAA records, both kinds for ANY; false when there is none of
    /// the asked kind.
    /// </summary>
    public static bool WriteAddresses(ref DnsResponseWriter writer, RecordSet set, DnsRecordType type, int limit, Random random)
    {
        bool any = type == DnsRecordType.Any;
        bool written = false;
        if ((any || type == DnsRecordType.A) && set.V4.Length > 0)
        {
            limit -= WriteShuffled(ref writer, set.V4, RecordSet.V4RecordSize, limit, random);
            written = true;
        }

        if ((any || type == DnsRecordType.Aaaa) && set.V6.Length > 0)
        {
            WriteShuffled(ref writer, set.V6, RecordSet.V6RecordSize, limit, random);
            written = true;
        }

        // A name may have one alias and then nothing else (RFC 2181, 10.1).
        if (set.V4.Length == 0 && set.V6.Length == 0 && set.Aliases.Length > 0)
        {
            byte[] alias = set.Aliases[random.Next(set.Aliases.Length)];
            written = writer.TryAppend(
                DnsSection.Answer, DnsResponseWriter.QuestionNameOffset, DnsRecordType.Cname, set.TimeToLive, alias);
        }

        return written;
    }

    /// <summary>Writes SRV records, then as many of their targets' addresses as still fit; false when there is no record.</summary>
    public static bool WriteServices(ref DnsResponseWriter writer, ServiceRecords services, uint timeToLive, Random random)
    {
        if (services.Records.Length == 0)
        {
            return false;
        }

        int start = writer.Position;
        using Shuffle shuffle = new(stackalloc int[Shuffle.InlineSize], services.Records.Length, random);
        while (shuffle.DrawnCount < services.Records.Length)
        {
            ServiceRecord record = services.Records[shuffle.Next()];
            if (!writer.TryAppend(DnsSection.Answer, services.Bytes.AsSpan(record.Start, record.Length)))
            {
                shuffle.PutBack();
                writer.MarkTruncated();
                break;
            }
        }

        WriteTargets(ref writer, services, shuffle.Drawn, start, timeToLive);
        return true;
    }

    // The drawn records lie one behind the other from `start`, so where each one's target lies need not be kept.
    private static void WriteTargets(
        ref DnsResponseWriter writer, ServiceRecords services, scoped ReadOnlySpan<int> drawn, int start, uint timeToLive)
    {
        const int TargetInRecord = DnsResponseWriter.PointerRecordHeaderSize + 6;
        Span<ulong> seen = stackalloc ulong[SeenBits / 64];
        seen.Clear();
        foreach (int number in drawn)
        {
            ServiceRecord record = services.Records[number];
            int target = start + TargetInRecord;
            start += record.Length;
            if (record.AddressSize == 0 || (services.SharesTargets && !MarkSeen(seen, record.Target)))
            {
                continue;
            }

            DnsRecordType type = record.AddressSize == 4 ? DnsRecordType.A : DnsRecordType.Aaaa;
            ReadOnlySpan<byte> address = services.Bytes.AsSpan(record.Start + record.Length, record.AddressSize);
            if (!writer.TryAppend(DnsSection.Additional, target, type, timeToLive, address))
            {
                return; // addresses are a courtesy: the answer is whole without them
            }
        }
    }

    // Numbers beyond the table share its bits: a clash costs one optional address, never a duplicate.
    private static bool MarkSeen(Span<ulong> seen, int target)
    {
        int bit = target % SeenBits;
        ulong mask = 1UL << (bit % 64);
        bool first = (seen[bit / 64] & mask) == 0;
        seen[bit / 64] |= mask;
        return first;
    }

    private static int WriteShuffled(ref DnsResponseWriter writer, byte[] records, int size, int limit, Random random)
    {
        int count = records.Length / size;
        using Shuffle shuffle = new(stackalloc int[Shuffle.InlineSize], count, random);
        while (shuffle.DrawnCount < Math.Min(count, limit))
        {
            if (!writer.TryAppend(DnsSection.Answer, records.AsSpan(shuffle.Next() * size, size)))
            {
                shuffle.PutBack();
                writer.MarkTruncated();
                break;
            }
        }

        return shuffle.DrawnCount;
    }
}
