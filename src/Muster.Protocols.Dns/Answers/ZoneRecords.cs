using System.Buffers.Binary;
using Muster.Catalog;
using Muster.Protocols.Dns.Naming;
using Muster.Wire.Dns;

namespace Muster.Protocols.Dns.Answers;

/// <summary>What can be said about a zone itself: its SOA and name server, and that a name or type is not in it.</summary>
internal sealed class ZoneRecords(Catalog.Catalog catalog, NodeRecords nodes, DnsSoaOptions soa, TimeProvider time)
{
    public Outcome AnswerApex(in DnsQuery query, DnsZone zone, ref DnsResponseWriter writer)
    {
        bool any = query.Type == DnsRecordType.Any;
        if (any || query.Type == DnsRecordType.Soa)
        {
            WriteStartOfAuthority(DnsSection.Answer, query, zone, ref writer);
        }

        if (any || query.Type == DnsRecordType.Ns)
        {
            WriteNameServer(zone, ref writer);
        }

        return any || query.Type is DnsRecordType.Soa or DnsRecordType.Ns ? Outcome.Found : NoData(query, zone, ref writer);
    }

    /// <summary>The name exists, but has nothing of the asked type.</summary>
    public Outcome NoData(in DnsQuery query, DnsZone zone, ref DnsResponseWriter writer)
    {
        WriteStartOfAuthority(DnsSection.Authority, query, zone, ref writer);
        return Outcome.Found;
    }

    /// <summary>The name does not exist.</summary>
    public Outcome NameError(in DnsQuery query, DnsZone zone, ref DnsResponseWriter writer)
    {
        WriteStartOfAuthority(DnsSection.Authority, query, zone, ref writer);
        return Outcome.NoName;
    }

    private void WriteNameServer(DnsZone zone, ref DnsResponseWriter writer)
    {
        Node node = catalog.LocalNode;
        Span<byte> target = stackalloc byte[DnsName.MaxLength];
        int length = zone.NameNode(node.Name, target);
        int targetOffset = writer.Position + DnsResponseWriter.PointerRecordHeaderSize;
        if (length > 0
            && writer.TryAppend(DnsSection.Answer, DnsResponseWriter.QuestionNameOffset, DnsRecordType.Ns, nodes.TimeToLive, target[..length]))
        {
            nodes.WriteAddress(node, DnsRecordType.Any, DnsSection.Additional, targetOffset, ref writer);
        }
    }

    private void WriteStartOfAuthority(DnsSection section, in DnsQuery query, DnsZone zone, ref DnsResponseWriter writer)
    {
        Span<byte> data = stackalloc byte[(2 * DnsName.MaxLength) + 20];
        byte[] names = zone.StartOfAuthorityNames;
        names.CopyTo(data);
        Span<byte> numbers = data[names.Length..];
        BinaryPrimitives.WriteUInt32BigEndian(numbers, (uint)time.GetUtcNow().ToUnixTimeSeconds());
        BinaryPrimitives.WriteUInt32BigEndian(numbers[4..], (uint)soa.Refresh.TotalSeconds);
        BinaryPrimitives.WriteUInt32BigEndian(numbers[8..], (uint)soa.Retry.TotalSeconds);
        BinaryPrimitives.WriteUInt32BigEndian(numbers[12..], (uint)soa.Expire.TotalSeconds);
        BinaryPrimitives.WriteUInt32BigEndian(numbers[16..], (uint)soa.MinTtl.TotalSeconds);

        // The zone's name ends the question's name.
        int owner = DnsResponseWriter.QuestionNameOffset + query.Name.Length - zone.Domain.Length;
        writer.TryAppend(section, owner, DnsRecordType.Soa, (uint)soa.MinTtl.TotalSeconds, data[..(names.Length + 20)]);
    }
}
