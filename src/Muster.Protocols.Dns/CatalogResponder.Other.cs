using Muster.Catalog;
using Muster.Protocols.Dns.Answers;
using Muster.Protocols.Dns.Naming;
using Muster.Wire.Dns;

namespace Muster.Protocols.Dns;

// Names that are not Consul's own: Kubernetes' names, and addresses written backwards.
internal sealed partial class CatalogResponder
{
    private Outcome AnswerPort(
        in DnsQuery query, scoped QuestionName name, DnsZone zone, bool minimal, AnswerLimits limits, ref DnsResponseWriter writer)
    {
        RecordSet? records = _services.Find(name.Subject, Selection.ByPort(name.Namespace, name.Detail));
        bool written = records is not null && query.Type == DnsRecordType.Srv
            && AnswerWriter.WriteServices(ref writer, records.Services[zone.Index], records.TimeToLive, limits, _random);
        return records is null ? _zone.NameError(query, zone, ref writer)
            : written ? Outcome.Found
            : minimal ? Minimal(ref writer)
            : _zone.NoData(query, zone, ref writer);
    }

    private Outcome AnswerInstance(in DnsQuery query, scoped QuestionName name, DnsZone zone, bool minimal, ref DnsResponseWriter writer)
    {
        RecordSet? service = _services.Find(name.Subject, Selection.InNamespace(name.Namespace));
        if (service is null)
        {
            return _zone.NameError(query, zone, ref writer);
        }

        if (name.Detail.IsEmpty)
        {
            return _zone.NoData(query, zone, ref writer); // _tcp.SERVICE...: the names of ports are below it
        }

        Span<byte> address = stackalloc byte[AddressText.V6Size];
        if (AddressText.TryParseDashes(name.Detail, address, out int size) && service.Holds(address[..size]))
        {
            DnsRecordType type = NodeRecords.TypeOf(size);
            bool asked = query.Type == type || query.Type == DnsRecordType.Any;
            return minimal ? Minimal(ref writer)
                : asked && writer.TryAppend(DnsSection.Answer, DnsResponseWriter.QuestionNameOffset, type, service.TimeToLive, address[..size]) ? Outcome.Found
                : _zone.NoData(query, zone, ref writer);
        }

        Instance? instance = _services.FindInstance(name.Subject, name.Namespace, name.Detail);
        return instance is null ? _zone.NameError(query, zone, ref writer)
            : minimal ? Minimal(ref writer)
            : WriteInstance(instance, query.Type, service.TimeToLive, ref writer) ? Outcome.Found
            : _zone.NoData(query, zone, ref writer);
    }

    private bool WriteInstance(Instance instance, DnsRecordType asked, uint timeToLive, ref DnsResponseWriter writer)
    {
        ReadOnlySpan<byte> own = instance.Data.Address;
        if (own.IsEmpty)
        {
            return _nodes.WriteAddress(instance.Node, asked, DnsSection.Answer, DnsResponseWriter.QuestionNameOffset, ref writer);
        }

        Span<byte> address = stackalloc byte[AddressText.V6Size];
        return AddressText.TryParse(own, address, out int size)
            && (asked == DnsRecordType.Any || asked == NodeRecords.TypeOf(size))
            && writer.TryAppend(DnsSection.Answer, DnsResponseWriter.QuestionNameOffset, NodeRecords.TypeOf(size), timeToLive, address[..size]);
    }

    private Outcome AnswerReverse(in DnsQuery query, scoped QuestionName name, DnsZone zone, bool minimal, ref DnsResponseWriter writer)
    {
        bool v4 = zone.Kind == ZoneKind.ReverseV4;
        if (name.Subject.Count((byte)'.') + 1 < (v4 ? 4 : 32))
        {
            return _zone.NoData(query, zone, ref writer) with { Recursion = RecursionNeed.Question }; // a part of an address: more may follow
        }

        Span<byte> address = stackalloc byte[AddressText.V6Size];
        Span<byte> target = stackalloc byte[DnsName.MaxLength];
        int length = 0;
        if (AddressText.TryParseReverse(name.Subject, v4, address, out int size))
        {
            length = _reverse.FindNode(address[..size]) is { } node ? zone.NameNode(node, target) : 0;
            length = length == 0 && _reverse.FindService(address[..size]) is { } service ? zone.NameService(service, target) : length;
        }

        if (length == 0)
        {
            return _zone.NameError(query, zone, ref writer) with { Recursion = RecursionNeed.Question };
        }

        if (minimal)
        {
            return Minimal(ref writer);
        }

        return query.Type is DnsRecordType.Ptr or DnsRecordType.Any
            && writer.TryAppend(DnsSection.Answer, DnsResponseWriter.QuestionNameOffset, DnsRecordType.Ptr, 0, target[..length])
            ? Outcome.Found
            : _zone.NoData(query, zone, ref writer);
    }
}
