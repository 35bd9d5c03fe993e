using Muster.Wire.Dns;

namespace Muster.Protocols.Dns.Naming;

/// <summary>A domain we answer for, with the names below it that responses mention, all in wire form.</summary>
internal sealed class DnsZone
{
    public DnsZone(int index, string domain, string datacenter)
    {
        Index = index;
        string bare = domain.Trim('.').ToLowerInvariant();
        Domain = Encode(bare);
        LabelCount = bare.Count('.') + 1;
        NodeSuffix = Encode($"node.{datacenter}.{bare}");
        AddressSuffix = Encode($"addr.{datacenter}.{bare}");
        StartOfAuthorityNames = [.. Encode($"ns.{bare}"), .. Encode($"hostmaster.{bare}")];
    }

    /// <summary>The position among the server's zones.</summary>
    public int Index { get; }

    /// <summary>The domain itself, lower case.</summary>
    public byte[] Domain { get; }

    /// <summary>Labels in the domain.</summary>
    public int LabelCount { get; }

    /// <summary>What follows a node's name.</summary>
    public byte[] NodeSuffix { get; }

    /// <summary>What follows an address in hexadecimal.</summary>
    public byte[] AddressSuffix { get; }

    /// <summary>The two names an SOA record starts with: the primary server and the mailbox.</summary>
    public byte[] StartOfAuthorityNames { get; }

    /// <summary>Writes the DNS name of a node; 0 when its name is unfit for DNS.</summary>
    public int NameNode(string node, Span<byte> target) => NameBelow(node, NodeSuffix, target);

    /// <summary>Writes the DNS name of an address.</summary>
    public int NameAddress(ReadOnlySpan<byte> address, Span<byte> target) =>
        NameBelow(Convert.ToHexStringLower(address), AddressSuffix, target);

    // Labels may be several: node names may contain dots.
    private static int NameBelow(string labels, ReadOnlySpan<byte> suffix, Span<byte> target)
    {
        bool fits = DnsName.TryEncodeLabels(labels, target, out int length) && length > 0 && length + suffix.Length <= DnsName.MaxLength;
        if (!fits)
        {
            return 0;
        }

        suffix.CopyTo(target[length..]);
        return length + suffix.Length;
    }

    private static byte[] Encode(string name)
    {
        Span<byte> wire = stackalloc byte[DnsName.MaxLength];
        return DnsName.TryEncode(name, wire, out int length)
            ? wire[..length].ToArray()
            : throw new ArgumentException($"\"{name}\" is not a domain name.", nameof(name));
    }
}
