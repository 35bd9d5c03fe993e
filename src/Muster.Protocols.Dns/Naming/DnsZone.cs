namespace Muster.Protocols.Dns.Naming;

/// <summary>A domain we answer for, with the names that responses mention, all in wire form.</summary>
internal sealed class DnsZone : TargetNames
{
    /// <param name="kind">How its names are read.</param>
    /// <param name="index">The position of its SRV records in a <see cref="Answers.RecordSet"/>.</param>
    /// <param name="domain">The domain itself.</param>
    /// <param name="home">The catalog's domain in which nodes, addresses and the server have their names.</param>
    /// <param name="datacenter">The datacenter those names mention.</param>
    public DnsZone(ZoneKind kind, int index, string domain, string home, string datacenter)
    {
        Kind = kind;
        Index = index;
        Text = Bare(domain);
        Domain = Encode(Text);
        LabelCount = Text.Count('.') + 1;
        string bareHome = Bare(home);
        NodeSuffix = Encode($"node.{datacenter}.{bareHome}");
        AddressSuffix = Encode($"addr.{datacenter}.{bareHome}");
        ServiceSuffix = Encode($"service.{datacenter}.{bareHome}");
        StartOfAuthorityNames = [.. Encode($"ns.{bareHome}"), .. Encode($"hostmaster.{bareHome}")];
    }

    /// <summary>How names below the domain are read.</summary>
    public ZoneKind Kind { get; }

    /// <summary>The position of its SRV records in a <see cref="Answers.RecordSet"/>.</summary>
    public int Index { get; }

    /// <summary>The domain as text, lower case, without a dot at the end.</summary>
    public string Text { get; }

    /// <summary>The domain itself, lower case.</summary>
    public byte[] Domain { get; }

    /// <summary>Labels in the domain.</summary>
    public int LabelCount { get; }

    /// <summary>What follows a node's name.</summary>
    public byte[] NodeSuffix { get; }

    /// <summary>What follows an address in hexadecimal.</summary>
    public byte[] AddressSuffix { get; }

    /// <summary>What follows a service's name.</summary>
    public byte[] ServiceSuffix { get; }

    /// <summary>The two names an SOA record starts with: the primary server and the mailbox.</summary>
    public byte[] StartOfAuthorityNames { get; }

    /// <summary>The zones of a server: its domain, perhaps a second one, perhaps Kubernetes' names, and addresses backwards.</summary>
    public static DnsZone[] AllOf(DnsServerOptions options)
    {
        List<DnsZone> zones = [new(ZoneKind.Catalog, 0, options.Domain, options.Domain, options.Datacenter)];
        if (Bare(options.AltDomain).Length > 0)
        {
            zones.Add(new DnsZone(ZoneKind.Catalog, 1, options.AltDomain, options.AltDomain, options.Datacenter));
        }

        if (Bare(options.ClusterDomain).Length > 0)
        {
            zones.Add(new DnsZone(ZoneKind.Cluster, 0, options.ClusterDomain, options.Domain, options.Datacenter));
        }

        zones.Add(new DnsZone(ZoneKind.ReverseV4, 0, "in-addr.arpa", options.Domain, options.Datacenter));
        zones.Add(new DnsZone(ZoneKind.ReverseV6, 0, "ip6.arpa", options.Domain, options.Datacenter));
        return [.. zones];
    }

    public override int NameNode(string node, Span<byte> target) => NameBelow(node, NodeSuffix, target);

    public override int NameAddress(ReadOnlySpan<byte> address, Span<byte> target) =>
        NameBelow(Convert.ToHexStringLower(address), AddressSuffix, target);

    /// <summary>Writes the DNS name of a service; 0 when its name is unfit for DNS.</summary>
    public int NameService(string service, Span<byte> target) => NameBelow(service, ServiceSuffix, target);

    private static string Bare(string domain) => domain.Trim('.').ToLowerInvariant();
}
