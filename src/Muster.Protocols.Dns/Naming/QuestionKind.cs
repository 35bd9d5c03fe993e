namespace Muster.Protocols.Dns.Naming;

/// <summary>What a question's name asks about.</summary>
internal enum QuestionKind
{
    /// <summary>Not in a domain of ours.</summary>
    Outside,

    /// <summary>In our domain, but no form we know, or another datacenter.</summary>
    Unknown,

    /// <summary>The domain itself.</summary>
    Apex,

    /// <summary>The server named in the SOA record.</summary>
    NameServer,

    /// <summary>A name that has names below it but no records, such as <c>service.consul.</c></summary>
    Parent,

    /// <summary>A service, perhaps with a tag.</summary>
    Service,

    /// <summary>What accepts mesh traffic for a service: its proxies, and instances that need none.</summary>
    Mesh,

    /// <summary>A node.</summary>
    Node,

    /// <summary>An address written in hexadecimal.</summary>
    Address,

    /// <summary>An address written backwards: who has it?</summary>
    Reverse,

    /// <summary>A service in a namespace, after Kubernetes.</summary>
    ClusterService,

    /// <summary>A named port of a service in a namespace.</summary>
    ClusterPort,

    /// <summary>One instance of a service in a namespace, by its id or its address.</summary>
    ClusterInstance,
}
