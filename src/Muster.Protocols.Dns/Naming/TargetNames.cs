using Muster.Wire.Dns;

namespace Muster.Protocols.Dns.Naming;

/// <summary>How SRV records of a zone name the hosts they point to.</summary>
internal abstract class TargetNames
{
    /// <summary>Writes the DNS name of a node; 0 when there is none or its name is unfit for DNS.</summary>
    public abstract int NameNode(string node, Span<byte> target);

    /// <summary>Writes the DNS name of an address.</summary>
    public abstract int NameAddress(ReadOnlySpan<byte> address, Span<byte> target);

    // Labels may be several: node names may contain dots.
    protected static int NameBelow(string labels, ReadOnlySpan<byte> suffix, Span<byte> target)
    {
        bool fits = DnsName.TryEncodeLabels(labels, target, out int length) && length > 0 && length + suffix.Length <= DnsName.MaxLength;
        if (!fits)
        {
            return 0;
        }

        suffix.CopyTo(target[length..]);
        return length + suffix.Length;
    }

    protected static byte[] Encode(string name)
    {
        Span<byte> wire = stackalloc byte[DnsName.MaxLength];
        return DnsName.TryEncode(name, wire, out int length)
            ? wire[..length].ToArray()
            : throw new ArgumentException($"\"{name}\" is not a domain name.", nameof(name));
    }
}
