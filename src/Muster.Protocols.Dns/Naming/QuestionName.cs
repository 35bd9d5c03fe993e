using Muster.Wire.Dns;

namespace Muster.Protocols.Dns.Naming;

/// <summary>
/// A question's name taken apart: lower-cased, the domain cut off, the rest read as the domain's kind of names says.
/// Texts are views into the caller's scratch space.
/// </summary>
internal readonly ref struct QuestionName
{
    /// <summary>Bytes of scratch space: the name itself, and where its at most 128 labels start.</summary>
    public const int ScratchSize = DnsName.MaxLength + MaxLabels;

    private const int MaxLabels = 128;

    public QuestionKind Kind { get; init; }

    /// <summary>The zone, unless the name is outside.</summary>
    public DnsZone? Zone { get; init; }

    /// <summary>The service's or node's name, the hexadecimal address, or the backward address; lower case.</summary>
    public ReadOnlySpan<byte> Subject { get; init; }

    /// <summary>The tag, port name or instance asked for, empty for none; lower case. A tag may contain dots.</summary>
    public ReadOnlySpan<byte> Detail { get; init; }

    /// <summary>The namespace, in a Kubernetes name.</summary>
    public ReadOnlySpan<byte> Namespace { get; init; }

    /// <summary>Reads a well-formed wire name. <paramref name="scratch"/> holds <see cref="ScratchSize"/> bytes.</summary>
    public static QuestionName Read(
        ReadOnlySpan<byte> name, DnsRecordType type, DnsZone[] zones, ReadOnlySpan<byte> datacenter, Span<byte> scratch)
    {
        Span<byte> lower = scratch[..name.Length];
        DnsName.ToLower(name, lower);
        Span<byte> starts = scratch.Slice(DnsName.MaxLength, MaxLabels);
        int count = FindLabels(lower, starts);
        foreach (DnsZone zone in zones)
        {
            int below = count - zone.LabelCount;
            if (below < 0 || !lower[starts[below]..].SequenceEqual(zone.Domain))
            {
                continue;
            }

            NameLabels labels = new(DotLabels(lower, starts, below), starts[..(below + 1)]);
            return below == 0
                ? new QuestionName { Kind = QuestionKind.Apex, Zone = zone }
                : zone.Kind switch
                {
                    ZoneKind.Catalog => CatalogNames.Read(labels, zone, type, datacenter),
                    ZoneKind.Cluster => ClusterNames.Read(labels, zone),
                    _ => new QuestionName { Kind = QuestionKind.Reverse, Zone = zone, Subject = labels.Range(0, below) },
                };
        }

        return new QuestionName { Kind = QuestionKind.Outside };
    }

    private static int FindLabels(ReadOnlySpan<byte> name, Span<byte> starts)
    {
        int count = 0;
        int offset = 0;
        while (name[offset] != 0)
        {
            starts[count++] = (byte)offset;
            offset += name[offset] + 1;
        }

        starts[count] = (byte)offset;
        return count;
    }

    // With every length byte turned into a dot, any run of labels is already its dotted text.
    private static Span<byte> DotLabels(Span<byte> lower, ReadOnlySpan<byte> starts, int count)
    {
        for (int i = 0; i < count; i++)
        {
            lower[starts[i]] = (byte)'.';
        }

        return lower[..starts[count]];
    }
}
