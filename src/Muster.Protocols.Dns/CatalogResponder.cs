using System.Buffers.Binary;
using System.Text;
using Muster.Catalog;
using Muster.Protocols.Dns.Answers;
using Muster.Protocols.Dns.Naming;
using Muster.Protocols.Dns.Transport;
using Muster.Wire.Dns;

namespace Muster.Protocols.Dns;

/// <summary>
/// Answers DNS queries from the catalog. Any thread, no lock, no state of its own: parse, one lookup, a shuffled
/// copy of records that hang encoded on the service's snapshot. Names and rules: docs/reference/dns.md.
/// </summary>
internal sealed class CatalogResponder : IDnsResponder
{
    private readonly Catalog.Catalog _catalog;
    private readonly DnsMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly ServiceDirectory _services;
    private readonly DnsZone[] _zones;
    private readonly byte[] _datacenter;
    private readonly DnsSoaOptions _soa;
    private readonly uint _nodeTtl;
    private readonly int _addressLimit;
    private readonly int _maxUdpResponse;

    /// <param name="catalog">What to answer from.</param>
    /// <param name="options">Valid options.</param>
    /// <param name="metrics">Counts queries.</param>
    /// <param name="time">For the SOA serial.</param>
    /// <param name="random">Shuffles; must bear calls from several threads, as <see cref="Random.Shared"/> does.</param>
    public CatalogResponder(Catalog.Catalog catalog, DnsServerOptions options, DnsMetrics metrics, TimeProvider time, Random random)
    {
        _catalog = catalog;
        _metrics = metrics;
        _time = time;
        _random = random;
        string[] domains = options.AltDomain.Trim('.').Length > 0 ? [options.Domain, options.AltDomain] : [options.Domain];
        _zones = [.. domains.Select((domain, index) => new DnsZone(index, domain, options.Datacenter))];
        _datacenter = Encoding.ASCII.GetBytes(options.Datacenter.ToLowerInvariant());
        _nodeTtl = (uint)options.NodeTtl.TotalSeconds;
        _addressLimit = options.AddressLimit == 0 ? int.MaxValue : options.AddressLimit;
        _soa = options.Soa;
        _maxUdpResponse = options.MaxUdpResponse;
        _services = new ServiceDirectory(catalog, _zones, new ServiceTtlTable(options.ServiceTtl), options.OnlyPassing);
    }

    public int Respond(ReadOnlySpan<byte> query, Span<byte> response, DnsTransport transport)
    {
        DnsQueryVerdict verdict = DnsQuery.Parse(query, out DnsQuery parsed);
        if (verdict == DnsQueryVerdict.Drop)
        {
            _metrics.OnDropped();
            return 0;
        }

        int room = transport == DnsTransport.Udp ? Math.Min(parsed.UdpPayloadSize, _maxUdpResponse) : response.Length;
        DnsResponseWriter writer = new(response[..Math.Min(room, response.Length)], parsed, _maxUdpResponse);
        Outcome outcome = verdict switch
        {
            DnsQueryVerdict.Accepted => Answer(parsed, ref writer),
            DnsQueryVerdict.NotImplemented => new Outcome(DnsResponseCode.NotImplemented),
            DnsQueryVerdict.BadVersion => new Outcome(DnsResponseCode.BadVersion),
            _ => new Outcome(DnsResponseCode.FormatError),
        };
        _metrics.OnAnswered(parsed.Type, outcome.Code);
        if (writer.IsTruncated)
        {
            _metrics.OnTruncated();
        }

        return writer.Finish(outcome.Code, outcome.Authoritative);
    }

    private Outcome Answer(in DnsQuery query, ref DnsResponseWriter writer)
    {
        if (query.Type is DnsRecordType.Axfr or DnsRecordType.Ixfr)
        {
            return new Outcome(DnsResponseCode.NotImplemented);
        }

        Span<byte> scratch = stackalloc byte[QuestionName.ScratchSize];
        QuestionName name = QuestionName.Read(query.Name, query.Type, _zones, _datacenter, scratch);
        if (name.Zone is not { } zone || query.Class is not (DnsClass.Internet or DnsClass.Any))
        {
            return new Outcome(DnsResponseCode.Refused);
        }

        return name.Kind switch
        {
            QuestionKind.Service => AnswerService(query, name, zone, ref writer),
            QuestionKind.Node => AnswerNode(query, name, zone, ref writer),
            QuestionKind.Address => AnswerAddress(query, name, zone, ref writer),
            QuestionKind.Apex => AnswerApex(query, zone, ref writer),
            QuestionKind.NameServer => AnswerNameServer(query, zone, ref writer),
            QuestionKind.Parent => NoData(query, zone, ref writer),
            _ => NameError(query, zone, ref writer),
        };
    }

    private Outcome AnswerService(in DnsQuery query, scoped QuestionName name, DnsZone zone, ref DnsResponseWriter writer)
    {
        RecordSet? records = _services.Find(name.Subject, name.Tag);
        if (records is null)
        {
            // _tcp.service.consul. has SRV names below it: it exists, though nothing is registered under it.
            bool protocol = name.Tag.IsEmpty && name.Subject.StartsWith((byte)'_');
            return protocol ? NoData(query, zone, ref writer) : NameError(query, zone, ref writer);
        }

        bool written = query.Type == DnsRecordType.Srv
            ? AnswerWriter.WriteServices(ref writer, records.Services[zone.Index], records.TimeToLive, _random)
            : AnswerWriter.WriteAddresses(ref writer, records, query.Type, _addressLimit, _random);
        return written ? Outcome.Found : NoData(query, zone, ref writer);
    }

    private Outcome AnswerNode(in DnsQuery query, scoped QuestionName name, DnsZone zone, ref DnsResponseWriter writer)
    {
        Span<char> text = stackalloc char[DnsName.MaxLength + 1];
        Node? node = _catalog.FindNode(text[..Encoding.UTF8.GetChars(name.Subject, text)]);
        if (node is null)
        {
            return NameError(query, zone, ref writer);
        }

        // As Consul does, a node without records of the asked type is answered with nothing, not even an SOA.
        WriteNodeAddress(node, query.Type, DnsSection.Answer, DnsResponseWriter.QuestionNameOffset, ref writer);
        return Outcome.Found;
    }

    private Outcome AnswerAddress(in DnsQuery query, scoped QuestionName name, DnsZone zone, ref DnsResponseWriter writer)
    {
        Span<byte> address = stackalloc byte[AddressText.V6Size];
        if (!AddressText.TryParseHex(name.Subject, address, out int size))
        {
            return NameError(query, zone, ref writer);
        }

        DnsRecordType type = TypeOf(size);
        DnsSection section = query.Type == type || query.Type == DnsRecordType.Any ? DnsSection.Answer : DnsSection.Additional;
        writer.TryAppend(section, DnsResponseWriter.QuestionNameOffset, type, _nodeTtl, address[..size]);
        return Outcome.Found;
    }

    private Outcome AnswerApex(in DnsQuery query, DnsZone zone, ref DnsResponseWriter writer)
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

    private void WriteNameServer(DnsZone zone, ref DnsResponseWriter writer)
    {
        Node node = _catalog.LocalNode;
        Span<byte> target = stackalloc byte[DnsName.MaxLength];
        int length = zone.NameNode(node.Name, target);
        int targetOffset = writer.Position + DnsResponseWriter.PointerRecordHeaderSize;
        if (length > 0
            && writer.TryAppend(DnsSection.Answer, DnsResponseWriter.QuestionNameOffset, DnsRecordType.Ns, _nodeTtl, target[..length]))
        {
            WriteNodeAddress(node, DnsRecordType.Any, DnsSection.Additional, targetOffset, ref writer);
        }
    }

    private Outcome AnswerNameServer(in DnsQuery query, DnsZone zone, ref DnsResponseWriter writer)
    {
        bool written = WriteNodeAddress(
            _catalog.LocalNode, query.Type, DnsSection.Answer, DnsResponseWriter.QuestionNameOffset, ref writer);
        return written ? Outcome.Found : NoData(query, zone, ref writer);
    }

    private bool WriteNodeAddress(Node node, DnsRecordType asked, DnsSection section, int owner, ref DnsResponseWriter writer)
    {
        Span<byte> text = stackalloc byte[DnsName.MaxLength];
        Span<byte> data = stackalloc byte[DnsName.MaxLength];
        string address = node.Definition.Address;
        if (!Encoding.UTF8.TryGetBytes(address, text, out int textLength))
        {
            return false;
        }

        if (AddressText.TryParse(text[..textLength], data, out int size))
        {
            DnsRecordType type = TypeOf(size);
            return (asked == type || asked == DnsRecordType.Any) && writer.TryAppend(section, owner, type, _nodeTtl, data[..size]);
        }

        bool alias = section == DnsSection.Answer && address.Length > 0 && DnsName.TryEncode(address, data, out size);
        return alias && writer.TryAppend(section, owner, DnsRecordType.Cname, _nodeTtl, data[..size]);
    }

    private Outcome NoData(in DnsQuery query, DnsZone zone, ref DnsResponseWriter writer)
    {
        WriteStartOfAuthority(DnsSection.Authority, query, zone, ref writer);
        return Outcome.Found;
    }

    private Outcome NameError(in DnsQuery query, DnsZone zone, ref DnsResponseWriter writer)
    {
        WriteStartOfAuthority(DnsSection.Authority, query, zone, ref writer);
        return new Outcome(DnsResponseCode.NameError, Authoritative: true);
    }

    private void WriteStartOfAuthority(DnsSection section, in DnsQuery query, DnsZone zone, ref DnsResponseWriter writer)
    {
        Span<byte> data = stackalloc byte[(2 * DnsName.MaxLength) + 20];
        byte[] names = zone.StartOfAuthorityNames;
        names.CopyTo(data);
        Span<byte> numbers = data[names.Length..];
        BinaryPrimitives.WriteUInt32BigEndian(numbers, (uint)_time.GetUtcNow().ToUnixTimeSeconds());
        BinaryPrimitives.WriteUInt32BigEndian(numbers[4..], (uint)_soa.Refresh.TotalSeconds);
        BinaryPrimitives.WriteUInt32BigEndian(numbers[8..], (uint)_soa.Retry.TotalSeconds);
        BinaryPrimitives.WriteUInt32BigEndian(numbers[12..], (uint)_soa.Expire.TotalSeconds);
        BinaryPrimitives.WriteUInt32BigEndian(numbers[16..], (uint)_soa.MinTtl.TotalSeconds);

        // The zone's name ends the question's name.
        int owner = DnsResponseWriter.QuestionNameOffset + query.Name.Length - zone.Domain.Length;
        writer.TryAppend(section, owner, DnsRecordType.Soa, (uint)_soa.MinTtl.TotalSeconds, data[..(names.Length + 20)]);
    }

    private static DnsRecordType TypeOf(int addressSize) =>
        addressSize == AddressText.V4Size ? DnsRecordType.A : DnsRecordType.Aaaa;

    private readonly record struct Outcome(DnsResponseCode Code, bool Authoritative = false)
    {
        public static Outcome Found => new(DnsResponseCode.NoError, Authoritative: true);
    }
}
