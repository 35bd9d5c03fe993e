using Muster.Wire.Dns;

namespace Muster.Protocols.Dns.Naming;

/// <summary>
/// A question's name taken apart: lower-cased, the domain cut off, then read from the right as
/// <c>&lt;subject&gt;.&lt;kind&gt;[.&lt;datacenter&gt;]</c>. Texts are views into the caller's scratch space.
/// </summary>
internal readonly ref struct QuestionName
{
    /// <summary>Bytes of scratch space: the name itself, and where its at most 128 labels start.</summary>
    public const int ScratchSize = DnsName.MaxLength + MaxLabels;

    private const int MaxLabels = 128;

    private QuestionName(QuestionKind kind, DnsZone? zone, ReadOnlySpan<byte> subject = default, ReadOnlySpan<byte> tag = default)
    {
        Kind = kind;
        Zone = zone;
        Subject = subject;
        Tag = tag;
    }

    public QuestionKind Kind { get; }

    /// <summary>The zone, unless the name is outside.</summary>
    public DnsZone? Zone { get; }

    /// <summary>The service's or node's name, or the hexadecimal address; lower case.</summary>
    public ReadOnlySpan<byte> Subject { get; }

    /// <summary>The tag asked for, empty for none; lower case, may contain dots.</summary>
    public ReadOnlySpan<byte> Tag { get; }

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
            if (below >= 0 && lower[starts[below]..].SequenceEqual(zone.Domain))
            {
                Span<byte> text = DotLabels(lower, starts, below);
                return new Labels(text, starts[..(below + 1)]).Classify(zone, type, datacenter);
            }
        }

        return new QuestionName(QuestionKind.Outside, null);
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

    /// <summary>The labels below the domain; label i is text[starts[i] + 1 .. starts[i + 1]].</summary>
    private readonly ref struct Labels(ReadOnlySpan<byte> text, ReadOnlySpan<byte> starts)
    {
        private readonly ReadOnlySpan<byte> _text = text;
        private readonly ReadOnlySpan<byte> _starts = starts;

        private int Count => _starts.Length - 1;

        public QuestionName Classify(DnsZone zone, DnsRecordType type, ReadOnlySpan<byte> datacenter)
        {
            if (Count == 0)
            {
                return new QuestionName(QuestionKind.Apex, zone);
            }

            for (int i = Count - 1; i >= 0; i--)
            {
                ReadOnlySpan<byte> label = Range(i, i + 1);
                QuestionKind kind = KindOf(label);
                bool shortForm = kind == QuestionKind.Unknown && type == DnsRecordType.Srv && label[0] == '_';
                if (kind == QuestionKind.Unknown && !shortForm)
                {
                    continue;
                }

                return IsHere(i + 1, datacenter)
                    ? Split(zone, shortForm ? QuestionKind.Service : kind, shortForm ? i + 1 : i)
                    : new QuestionName(QuestionKind.Unknown, zone);
            }

            if (Count == 1 && Range(0, 1).SequenceEqual("ns"u8))
            {
                return new QuestionName(QuestionKind.NameServer, zone);
            }

            return new QuestionName(IsHere(0, datacenter) ? QuestionKind.Parent : QuestionKind.Unknown, zone);
        }

        private static QuestionKind KindOf(ReadOnlySpan<byte> label) => label.Length switch
        {
            7 when label.SequenceEqual("service"u8) => QuestionKind.Service,
            4 when label.SequenceEqual("node"u8) => QuestionKind.Node,
            4 when label.SequenceEqual("addr"u8) => QuestionKind.Address,
            _ => QuestionKind.Unknown,
        };

        // Behind the kind: nothing, our datacenter, or our datacenter and "dc".
        private bool IsHere(int first, ReadOnlySpan<byte> datacenter) => (Count - first) switch
        {
            0 => true,
            1 => Range(first, first + 1).SequenceEqual(datacenter),
            2 => Range(first, first + 1).SequenceEqual(datacenter) && Range(first + 1, first + 2).SequenceEqual("dc"u8),
            _ => false,
        };

        private QuestionName Split(DnsZone zone, QuestionKind kind, int parts)
        {
            if (parts == 0)
            {
                return new QuestionName(QuestionKind.Parent, zone);
            }

            if (kind != QuestionKind.Service)
            {
                bool known = kind == QuestionKind.Node || parts == 1;
                return known ? new QuestionName(kind, zone, Range(0, parts)) : new QuestionName(QuestionKind.Unknown, zone);
            }

            ReadOnlySpan<byte> last = Range(parts - 1, parts);
            ReadOnlySpan<byte> first = Range(0, 1);
            if (parts == 2 && first[0] == '_' && last[0] == '_')
            {
                ReadOnlySpan<byte> protocol = last[1..];
                return new QuestionName(kind, zone, first[1..], protocol.SequenceEqual("tcp"u8) ? default : protocol);
            }

            return new QuestionName(kind, zone, last, parts > 1 ? Range(0, parts - 1) : default);
        }

        private ReadOnlySpan<byte> Range(int from, int to) => _text[(_starts[from] + 1).._starts[to]];
    }
}
