using Muster.Wire.Dns;

namespace Muster.Protocols.Dns.Naming;

/// <summary>Reads Consul's names from the right: <c>&lt;subject&gt;.&lt;kind&gt;[.&lt;datacenter&gt;]</c>.</summary>
internal static class CatalogNames
{
    public static QuestionName Read(NameLabels labels, DnsZone zone, DnsRecordType type, ReadOnlySpan<byte> datacenter)
    {
        for (int i = labels.Count - 1; i >= 0; i--)
        {
            ReadOnlySpan<byte> label = labels[i];
            QuestionKind kind = KindOf(label);
            bool shortForm = kind == QuestionKind.Unknown && type == DnsRecordType.Srv && label[0] == '_';
            if (kind == QuestionKind.Unknown && !shortForm)
            {
                continue;
            }

            return IsHere(labels, i + 1, datacenter)
                ? Split(labels, zone, shortForm ? QuestionKind.Service : kind, shortForm ? i + 1 : i)
                : Without(QuestionKind.Unknown, zone);
        }

        if (labels.Count == 1 && labels[0].SequenceEqual("ns"u8))
        {
            return Without(QuestionKind.NameServer, zone);
        }

        return Without(IsHere(labels, 0, datacenter) ? QuestionKind.Parent : QuestionKind.Unknown, zone);
    }

    private static QuestionKind KindOf(ReadOnlySpan<byte> label) => label.Length switch
    {
        7 when label.SequenceEqual("service"u8) => QuestionKind.Service,
        7 when label.SequenceEqual("connect"u8) => QuestionKind.Mesh,
        4 when label.SequenceEqual("node"u8) => QuestionKind.Node,
        4 when label.SequenceEqual("addr"u8) => QuestionKind.Address,
        _ => QuestionKind.Unknown,
    };

    // Behind the kind: nothing, our datacenter, or our datacenter and "dc".
    private static bool IsHere(NameLabels labels, int first, ReadOnlySpan<byte> datacenter) => (labels.Count - first) switch
    {
        0 => true,
        1 => labels[first].SequenceEqual(datacenter),
        2 => labels[first].SequenceEqual(datacenter) && labels[first + 1].SequenceEqual("dc"u8),
        _ => false,
    };

    private static QuestionName Split(NameLabels labels, DnsZone zone, QuestionKind kind, int parts)
    {
        if (parts == 0)
        {
            return Without(QuestionKind.Parent, zone);
        }

        if (kind != QuestionKind.Service)
        {
            bool known = kind == QuestionKind.Node || parts == 1; // only nodes' names may contain dots
            return known
                ? new QuestionName { Kind = kind, Zone = zone, Subject = labels.Range(0, parts) }
                : Without(QuestionKind.Unknown, zone);
        }

        ReadOnlySpan<byte> last = labels[parts - 1];
        ReadOnlySpan<byte> first = labels[0];
        if (parts == 2 && first[0] == '_' && last[0] == '_')
        {
            ReadOnlySpan<byte> protocol = last[1..];
            return new QuestionName
            {
                Kind = kind, Zone = zone, Subject = first[1..], Detail = protocol.SequenceEqual("tcp"u8) ? default : protocol,
            };
        }

        return new QuestionName { Kind = kind, Zone = zone, Subject = last, Detail = parts > 1 ? labels.Range(0, parts - 1) : default };
    }

    private static QuestionName Without(QuestionKind kind, DnsZone zone) => new() { Kind = kind, Zone = zone };
}
