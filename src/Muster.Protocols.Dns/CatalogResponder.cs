using System.Text;
using Muster.Catalog;
using Muster.Protocols.Dns.Answers;
using Muster.Protocols.Dns.Naming;
using Muster.Protocols.Dns.Reverse;
using Muster.Protocols.Dns.Transport;
using Muster.Wire.Dns;

namespace Muster.Protocols.Dns;

/// <summary>
/// Composes answers from the catalog. Any thread, no lock, no state of its own: parse, one lookup, a shuffled
/// copy of records that hang encoded on the service's snapshot. Names and rules: docs/reference/dns.md.
/// </summary>
internal sealed partial class CatalogResponder
{
    private const int MaxAliases = 3;
    private const uint MinimalAnswerTtl = 3600;

    private readonly Catalog.Catalog _catalog;
    private readonly Random _random;
    private readonly ServiceDirectory _services;
    private readonly ReverseIndex _reverse;
    private readonly NodeRecords _nodes;
    private readonly ZoneRecords _zone;
    private readonly DnsZone[] _zones;
    private readonly byte[] _datacenter;
    private readonly Func<bool> _isReady;
    private readonly bool _nodeText;
    private readonly bool _recursive;
    private readonly bool _honestTruncation;
    private readonly AnswerLimits _limits;
    private readonly AnswerLimits _plainUdpLimits;
    private readonly int _maxUdpResponse;

    /// <param name="catalog">What to answer from.</param>
    /// <param name="options">Valid options.</param>
    /// <param name="reverse">Who has an address.</param>
    /// <param name="time">For the SOA serial.</param>
    /// <param name="random">Shuffles; must bear calls from several threads, as <see cref="Random.Shared"/> does.</param>
    public CatalogResponder(Catalog.Catalog catalog, DnsServerOptions options, ReverseIndex reverse, TimeProvider time, Random random)
    {
        _catalog = catalog;
        _random = random;
        _reverse = reverse;
        _zones = DnsZone.AllOf(options);
        _datacenter = Encoding.ASCII.GetBytes(options.Datacenter.ToLowerInvariant());
        _nodes = new NodeRecords((uint)options.NodeTtl.TotalSeconds);
        _zone = new ZoneRecords(catalog, _nodes, options.Soa, time);
        _services = new ServiceDirectory(catalog, _zones, options);
        _isReady = options.IsReady;
        _nodeText = options.NodeMetadataText;
        _recursive = options.Recursors.Count > 0;
        _honestTruncation = options.MarkTruncated;
        _limits = new AnswerLimits(NoneIfZero(options.AddressLimit), int.MaxValue);
        _plainUdpLimits = _limits with { Records = NoneIfZero(options.UdpAnswerLimit) };
        _maxUdpResponse = options.MaxUdpResponse;
    }

    /// <summary>Most bytes of the response to a query.</summary>
    public int RoomFor(in DnsQuery query, DnsTransport transport, int available) =>
        transport == DnsTransport.Udp ? Math.Min(Math.Min(query.UdpPayloadSize, _maxUdpResponse), available) : available;

    /// <summary>Writes what the catalog knows; returns how it ended and the response's length.</summary>
    public Outcome Compose(
        in DnsQuery query, DnsQueryVerdict verdict, Span<byte> response, DnsTransport transport, out int length, out bool truncated)
    {
        DnsResponseWriter writer = new(response[..RoomFor(query, transport, response.Length)], query, _maxUdpResponse);
        Outcome outcome = verdict switch
        {
            DnsQueryVerdict.Accepted => Answer(query, transport, ref writer),
            DnsQueryVerdict.NotImplemented => new Outcome(DnsResponseCode.NotImplemented),
            DnsQueryVerdict.BadVersion => new Outcome(DnsResponseCode.BadVersion),
            _ => new Outcome(DnsResponseCode.FormatError),
        };
        truncated = writer.IsTruncated;
        if (truncated && transport == DnsTransport.Udp && !_honestTruncation)
        {
            writer.ClearTruncated();
        }

        bool asksRecursion = _recursive && query.Header.RecursionDesired;
        length = writer.Finish(outcome.Code, outcome.Authoritative, _recursive);
        return asksRecursion ? outcome : outcome with { Recursion = RecursionNeed.None };
    }

    private Outcome Answer(in DnsQuery query, DnsTransport transport, ref DnsResponseWriter writer)
    {
        if (query.Type is DnsRecordType.Axfr or DnsRecordType.Ixfr)
        {
            return new Outcome(DnsResponseCode.NotImplemented);
        }

        Span<byte> scratch = stackalloc byte[QuestionName.ScratchSize];
        QuestionName name = QuestionName.Read(query.Name, query.Type, _zones, _datacenter, scratch);
        if (name.Zone is not { } zone || query.Class is not (DnsClass.Internet or DnsClass.Any))
        {
            RecursionNeed need = query.Class == DnsClass.Internet ? RecursionNeed.Question : RecursionNeed.None;
            return new Outcome(DnsResponseCode.Refused, Recursion: need);
        }

        if (!_isReady())
        {
            // a resolver asks the next server, while from "no such name" it would conclude that there is none
            return new Outcome(DnsResponseCode.ServerFailure);
        }

        bool minimal = query.Type == DnsRecordType.Any && transport == DnsTransport.Udp;
        bool plain = transport == DnsTransport.Udp && !query.HasEdns;
        return Find(query, name, zone, minimal, plain ? _plainUdpLimits : _limits, ref writer);
    }

    private Outcome Find(
        in DnsQuery query, scoped QuestionName name, DnsZone zone, bool minimal, AnswerLimits limits, ref DnsResponseWriter writer) => name.Kind switch
    {
        QuestionKind.Service => AnswerService(query, name, zone, minimal, limits, ref writer),
        QuestionKind.Mesh => AnswerRecords(query, _services.FindMesh(name.Subject), zone, minimal, limits, ref writer),
        QuestionKind.ClusterService => AnswerRecords(
            query, _services.Find(name.Subject, Selection.InNamespace(name.Namespace)), zone, minimal, limits, ref writer),
        QuestionKind.ClusterPort => AnswerPort(query, name, zone, minimal, limits, ref writer),
        QuestionKind.ClusterInstance => AnswerInstance(query, name, zone, minimal, ref writer),
        QuestionKind.Node => AnswerNode(query, name, zone, minimal, ref writer),
        QuestionKind.Address => AnswerAddress(query, name, zone, minimal, ref writer),
        QuestionKind.Reverse => AnswerReverse(query, name, zone, minimal, ref writer),
        QuestionKind.Apex when minimal => Minimal(ref writer),
        QuestionKind.Apex => _zone.AnswerApex(query, zone, ref writer),
        QuestionKind.NameServer => AnswerNameServer(query, zone, minimal, ref writer),
        QuestionKind.Parent => _zone.NoData(query, zone, ref writer),
        _ => _zone.NameError(query, zone, ref writer),
    };

    private Outcome AnswerService(
        in DnsQuery query, scoped QuestionName name, DnsZone zone, bool minimal, AnswerLimits limits, ref DnsResponseWriter writer)
    {
        RecordSet? records = _services.Find(name.Subject, Selection.ByTag(name.Detail));

        // _tcp.service.consul. has SRV names below it: it exists, though nothing is registered under it.
        bool protocol = records is null && name.Detail.IsEmpty && name.Subject.StartsWith((byte)'_');
        return protocol
            ? _zone.NoData(query, zone, ref writer)
            : AnswerRecords(query, records, zone, minimal, limits, ref writer);
    }

    private Outcome AnswerRecords(
        in DnsQuery query, RecordSet? records, DnsZone zone, bool minimal, AnswerLimits limits, ref DnsResponseWriter writer)
    {
        if (records is null)
        {
            return _zone.NameError(query, zone, ref writer);
        }

        if (minimal)
        {
            return Minimal(ref writer);
        }

        if (query.Type == DnsRecordType.Srv)
        {
            return AnswerWriter.WriteServices(ref writer, records.Services[zone.Index], records.TimeToLive, limits, _random)
                ? Outcome.Found
                : _zone.NoData(query, zone, ref writer);
        }

        int target = writer.Position + DnsResponseWriter.PointerRecordHeaderSize;
        if (AnswerWriter.WriteAlias(ref writer, records, DnsResponseWriter.QuestionNameOffset, _random))
        {
            return Follow(query, target, limits, ref writer);
        }

        return AnswerWriter.WriteAddresses(ref writer, records, query.Type, limits, DnsResponseWriter.QuestionNameOffset, _random)
            ? Outcome.Found
            : _zone.NoData(query, zone, ref writer);
    }

    /// <summary>Adds what is known here about the alias' target, and about the alias that may be, a few steps deep.</summary>
    private Outcome Follow(in DnsQuery query, int target, AnswerLimits limits, ref DnsResponseWriter writer)
    {
        Span<byte> scratch = stackalloc byte[QuestionName.ScratchSize];
        for (int depth = 0; depth < MaxAliases && query.Type is DnsRecordType.A or DnsRecordType.Aaaa or DnsRecordType.Any; depth++)
        {
            QuestionName name = QuestionName.Read(writer.NameAt(target), query.Type, _zones, _datacenter, scratch);
            int next = writer.Position + DnsResponseWriter.PointerRecordHeaderSize;
            switch (name.Kind)
            {
                case QuestionKind.Outside:
                    return Outcome.Found with { Recursion = RecursionNeed.Alias };
                case QuestionKind.Service when _services.Find(name.Subject, Selection.ByTag(name.Detail)) is { } records:
                    if (!AnswerWriter.WriteAlias(ref writer, records, target, _random))
                    {
                        AnswerWriter.WriteAddresses(ref writer, records, query.Type, limits, target, _random);
                        return Outcome.Found;
                    }

                    break;
                case QuestionKind.Node when FindNode(name.Subject) is { } node:
                    if (!_nodes.WriteAlias(node.Definition.Address, target, ref writer))
                    {
                        _nodes.WriteAddress(node, query.Type, DnsSection.Answer, target, ref writer);
                        return Outcome.Found;
                    }

                    break;
                default:
                    return Outcome.Found;
            }

            target = next;
        }

        return Outcome.Found;
    }

    private Outcome AnswerNode(in DnsQuery query, scoped QuestionName name, DnsZone zone, bool minimal, ref DnsResponseWriter writer)
    {
        Node? node = FindNode(name.Subject);
        if (node is null)
        {
            return _zone.NameError(query, zone, ref writer);
        }

        if (minimal)
        {
            return Minimal(ref writer);
        }

        const int Owner = DnsResponseWriter.QuestionNameOffset;
        int target = writer.Position + DnsResponseWriter.PointerRecordHeaderSize;
        if (query.Type == DnsRecordType.Txt)
        {
            _nodes.WriteTexts(node, DnsSection.Answer, ref writer);
            return Outcome.Found;
        }

        if (_nodes.WriteAlias(node.Definition.Address, Owner, ref writer))
        {
            return Follow(query, target, _limits, ref writer);
        }

        // As Consul does, a node without records of the asked type is answered with nothing, not even an SOA.
        bool written = _nodes.WriteAddress(node, query.Type, DnsSection.Answer, Owner, ref writer);
        if (query.Type == DnsRecordType.Any || (written && _nodeText))
        {
            _nodes.WriteTexts(node, query.Type == DnsRecordType.Any ? DnsSection.Answer : DnsSection.Additional, ref writer);
        }

        return Outcome.Found;
    }

    private Outcome AnswerAddress(in DnsQuery query, scoped QuestionName name, DnsZone zone, bool minimal, ref DnsResponseWriter writer)
    {
        Span<byte> address = stackalloc byte[AddressText.V6Size];
        if (!AddressText.TryParseHex(name.Subject, address, out int size))
        {
            return _zone.NameError(query, zone, ref writer);
        }

        if (minimal)
        {
            return Minimal(ref writer);
        }

        DnsRecordType type = NodeRecords.TypeOf(size);
        DnsSection section = query.Type == type || query.Type == DnsRecordType.Any ? DnsSection.Answer : DnsSection.Additional;
        writer.TryAppend(section, DnsResponseWriter.QuestionNameOffset, type, _nodes.TimeToLive, address[..size]);
        return Outcome.Found;
    }

    private Outcome AnswerNameServer(in DnsQuery query, DnsZone zone, bool minimal, ref DnsResponseWriter writer)
    {
        bool written = !minimal && _nodes.WriteAddress(
            _catalog.LocalNode, query.Type, DnsSection.Answer, DnsResponseWriter.QuestionNameOffset, ref writer);
        return written ? Outcome.Found : minimal ? Minimal(ref writer) : _zone.NoData(query, zone, ref writer);
    }

    private Node? FindNode(ReadOnlySpan<byte> name)
    {
        Span<char> text = stackalloc char[DnsName.MaxLength + 1];
        return _catalog.FindNode(text[..Encoding.UTF8.GetChars(name, text)]);
    }

    // RFC 8482: over UDP, ANY is answered with one small record, whatever the name has.
    private static Outcome Minimal(ref DnsResponseWriter writer)
    {
        writer.TryAppend(DnsSection.Answer, DnsResponseWriter.QuestionNameOffset, DnsRecordType.Hinfo, MinimalAnswerTtl, "\u0007RFC8482\0"u8);
        return Outcome.Found;
    }

    private static int NoneIfZero(int limit) => limit == 0 ? int.MaxValue : limit;
}
