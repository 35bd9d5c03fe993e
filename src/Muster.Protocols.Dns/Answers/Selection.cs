using System.Text;
using Muster.Model;

namespace Muster.Protocols.Dns.Answers;

/// <summary>Some instances of a service, as a question chooses them. Its texts are lower case.</summary>
internal readonly ref struct Selection
{
    private const string DefaultNamespace = "default";

    private Selection(SelectionKind kind, ReadOnlySpan<byte> detail, ReadOnlySpan<byte> space)
    {
        Kind = kind;
        Detail = detail;
        Namespace = space;
    }

    public SelectionKind Kind { get; }

    /// <summary>The tag or the port's name.</summary>
    public ReadOnlySpan<byte> Detail { get; }

    /// <summary>The namespace.</summary>
    public ReadOnlySpan<byte> Namespace { get; }

    public static Selection ByTag(ReadOnlySpan<byte> tag) => tag.IsEmpty ? default : new(SelectionKind.Tag, tag, default);

    public static Selection InNamespace(ReadOnlySpan<byte> space) => new(SelectionKind.Namespace, default, space);

    public static Selection ByPort(ReadOnlySpan<byte> space, ReadOnlySpan<byte> port) => new(SelectionKind.Port, port, space);

    /// <summary>True for a chosen instance; <paramref name="port"/> is the one to tell.</summary>
    public bool Takes(InstanceData data, out ushort port)
    {
        port = data.Port;
        return Kind switch
        {
            SelectionKind.All => true,
            SelectionKind.Tag => HasTag(data),
            SelectionKind.Namespace => IsInNamespace(data),
            _ => IsInNamespace(data) && TryFindPort(data, out port),
        };
    }

    /// <summary>The metadata a namespace is read from: what Consul's Kubernetes tools write, else our own word for it, else <c>default</c>.</summary>
    private bool IsInNamespace(InstanceData data)
    {
        ReadOnlySpan<byte> found = default;
        PackedTexts metadata = data.Metadata;
        while (metadata.MoveNext())
        {
            ReadOnlySpan<byte> key = metadata.Current;
            metadata.MoveNext();
            if (key.SequenceEqual("k8s-namespace"u8))
            {
                found = metadata.Current;
                break; // it wins over "namespace", which sorts behind it
            }

            found = key.SequenceEqual("namespace"u8) ? metadata.Current : found;
        }

        return found.IsEmpty ? Ascii.Equals(Namespace, DefaultNamespace) : Ascii.EqualsIgnoreCase(found, Namespace);
    }

    private bool TryFindPort(InstanceData data, out ushort port)
    {
        PackedPorts ports = data.Ports;
        while (ports.MoveNext())
        {
            if (Ascii.EqualsIgnoreCase(ports.Name, Detail))
            {
                port = (ushort)ports.Port;
                return true;
            }
        }

        port = 0;
        return false;
    }

    private bool HasTag(InstanceData data)
    {
        foreach (ReadOnlySpan<byte> candidate in data.Tags)
        {
            if (Ascii.EqualsIgnoreCase(candidate, Detail) || candidate.SequenceEqual(Detail))
            {
                return true;
            }
        }

        return false;
    }
}
