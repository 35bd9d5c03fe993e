using System.Buffers.Binary;
using Muster.Wire.Dns;

namespace Muster.Protocols.Dns.Answers;

/// <summary>Puts records of a <see cref="RecordSet"/> into a response, shuffled, as many whole ones as there is room for.</summary>
internal static class AnswerWriter
{
    private const int SeenBits = 1024;

    /// <summary>
    /// Writes A or AAAA records, both kinds for ANY, owned by the name at <paramref name="owner"/>; false when there is
    /// none of the asked kind.
    /// </summary>
    public static bool WriteAddresses(
        ref DnsResponseWriter writer, RecordSet set, DnsRecordType type, AnswerLimits limits, int owner, Random random)
    {
        bool any = type == DnsRecordType.Any;
        bool written = false;
        if ((any || type == DnsRecordType.A) && set.V4.Length > 0)
        {
            int count = WriteShuffled(ref writer, set.V4, RecordSet.V4RecordSize, limits, owner, random);
            limits = new AnswerLimits(limits.Addresses - count, limits.Records - count);
            written = true;
        }

        if ((any || type == DnsRecordType.Aaaa) && set.V6.Length > 0)
        {
            WriteShuffled(ref writer, set.V6, RecordSet.V6RecordSize, limits, owner, random);
            written = true;
        }

        return written;
    }

    /// <summary>
    /// Writes the alias of a service whose instances all have host names as addresses; false when it has none. A name
    /// may have one alias and then nothing else (RFC 2181, 10.1).
    /// </summary>
    public static bool WriteAlias(ref DnsResponseWriter writer, RecordSet set, int owner, Random random)
    {
        bool isAlias = set.V4.Length == 0 && set.V6.Length == 0 && set.Aliases.Length > 0;
        return isAlias && TryAppendAlias(ref writer, owner, set.TimeToLive, set.Aliases[random.Next(set.Aliases.Length)]);
    }

    /// <summary>Appends one alias, or sets TC: without it the answer would say that there is nothing of the asked type.</summary>
    public static bool TryAppendAlias(ref DnsResponseWriter writer, int owner, uint timeToLive, scoped ReadOnlySpan<byte> target)
    {
        bool fits = writer.TryAppend(DnsSection.Answer, owner, DnsRecordType.Cname, timeToLive, target);
        if (!fits)
        {
            writer.MarkTruncated();
        }

        return fits;
    }

    /// <summary>Writes SRV records, then as much about their targets as still fits; false when there is no record.</summary>
    public static bool WriteServices(ref DnsResponseWriter writer, ServiceRecords services, uint timeToLive, AnswerLimits limits, Random random)
    {
        if (services.Records.Length == 0)
        {
            return false;
        }

        int start = writer.Position;
        using Shuffle shuffle = new(stackalloc int[Shuffle.InlineSize], services.Records.Length, random);
        while (shuffle.DrawnCount < services.Records.Length)
        {
            if (shuffle.DrawnCount == limits.Records)
            {
                writer.MarkTruncated();
                break;
            }

            ServiceRecord record = services.Records[shuffle.Next()];
            if (!writer.TryAppend(DnsSection.Answer, services.Bytes.AsSpan(record.Start, record.Length)))
            {
                shuffle.PutBack();
                writer.MarkTruncated();
                break;
            }
        }

        // Addresses and texts are a courtesy: the answer is whole without them, and addresses come first.
        if (WriteTargets(ref writer, services, shuffle.Drawn, start, timeToLive, texts: false))
        {
            WriteTargets(ref writer, services, shuffle.Drawn, start, timeToLive, texts: true);
        }

        return true;
    }

    // The drawn records lie one behind the other from `start`, so where each one's target lies need not be kept.
    private static bool WriteTargets(
        ref DnsResponseWriter writer, ServiceRecords services, scoped ReadOnlySpan<int> drawn, int start, uint timeToLive, bool texts)
    {
        const int TargetInRecord = DnsResponseWriter.PointerRecordHeaderSize + 6;
        Span<ulong> seen = stackalloc ulong[SeenBits / 64];
        seen.Clear();
        foreach (int number in drawn)
        {
            ServiceRecord record = services.Records[number];
            int target = start + TargetInRecord;
            start += record.Length;
            int size = texts ? record.TextLength : record.AddressSize;
            if (size == 0 || (services.SharesTargets && !MarkSeen(seen, record.Target)))
            {
                continue;
            }

            int behind = record.Start + record.Length;
            ReadOnlySpan<byte> address = services.Bytes.AsSpan(behind, record.AddressSize);
            bool written = texts
                ? WriteTexts(ref writer, services.Bytes.AsSpan(behind + record.AddressSize, size), target, timeToLive)
                : writer.TryAppend(DnsSection.Additional, target, size == 4 ? DnsRecordType.A : DnsRecordType.Aaaa, timeToLive, address);
            if (!written)
            {
                return false;
            }
        }

        return true;
    }

    private static bool WriteTexts(ref DnsResponseWriter writer, scoped ReadOnlySpan<byte> texts, int owner, uint timeToLive)
    {
        while (!texts.IsEmpty)
        {
            int length = BinaryPrimitives.ReadUInt16BigEndian(texts);
            if (!writer.TryAppend(DnsSection.Additional, owner, DnsRecordType.Txt, timeToLive, texts.Slice(sizeof(ushort), length)))
            {
                return false;
            }

            texts = texts[(sizeof(ushort) + length)..];
        }

        return true;
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

    private static int WriteShuffled(
        ref DnsResponseWriter writer, byte[] records, int size, AnswerLimits limits, int owner, Random random)
    {
        int wanted = Math.Min(records.Length / size, limits.Addresses);
        using Shuffle shuffle = new(stackalloc int[Shuffle.InlineSize], records.Length / size, random);
        while (shuffle.DrawnCount < wanted)
        {
            if (shuffle.DrawnCount == limits.Records)
            {
                writer.MarkTruncated();
                break;
            }

            if (!writer.TryAppend(DnsSection.Answer, owner, records.AsSpan(shuffle.Next() * size, size)))
            {
                shuffle.PutBack();
                writer.MarkTruncated();
                break;
            }
        }

        return shuffle.DrawnCount;
    }
}
