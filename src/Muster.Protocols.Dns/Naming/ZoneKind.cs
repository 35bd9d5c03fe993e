namespace Muster.Protocols.Dns.Naming;

/// <summary>How the names of a zone are read.</summary>
internal enum ZoneKind
{
    /// <summary>Consul's names: services, nodes, addresses.</summary>
    Catalog,

    /// <summary>Kubernetes' names: services within a namespace.</summary>
    Cluster,

    /// <summary>IPv4 addresses, backwards: <c>in-addr.arpa</c>.</summary>
    ReverseV4,

    /// <summary>IPv6 addresses, backwards: <c>ip6.arpa</c>.</summary>
    ReverseV6,
}
