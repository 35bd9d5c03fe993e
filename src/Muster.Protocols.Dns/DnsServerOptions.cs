using System.Net;

namespace Muster.Protocols.Dns;

/// <summary>How the DNS server listens and answers.</summary>
public sealed class DnsServerOptions
{
    /// <summary>Where to listen, UDP and TCP. Default: 127.0.0.1:8600. Port 0 lets the system pick one port for both.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints { get; set; } = [new IPEndPoint(IPAddress.Loopback, 8600)];

    /// <summary>The domain answered for. Default: <c>consul.</c></summary>
    public string Domain { get; set; } = "consul.";

    /// <summary>A second domain with the same names, or empty. Default: empty.</summary>
    public string AltDomain { get; set; } = "";

    /// <summary>The domain of Kubernetes' names over the same catalog, empty for none. Default: <c>cluster.local.</c></summary>
    public string ClusterDomain { get; set; } = "cluster.local.";

    /// <summary>Whether the catalog is there to answer from; until then names of its domains are SERVFAIL. Default: always.</summary>
    public Func<bool> IsReady { get; set; } = static () => true;

    /// <summary>The datacenter names may mention. Default: <c>dc1</c>.</summary>
    public string Datacenter { get; set; } = "dc1";

    /// <summary>Leave out instances in warning too, not only critical ones. Default: false.</summary>
    public bool OnlyPassing { get; set; }

    /// <summary>Time to live of node records. Default: 0. Range: 0 to 7 days; fractions of a second are dropped.</summary>
    public TimeSpan NodeTtl { get; set; }

    /// <summary>
    /// Time to live of service records by service name, by the longest matching <c>prefix*</c>, or <c>*</c>.
    /// Default: empty, which means 0 for all. Range of each: as <see cref="NodeTtl"/>.
    /// </summary>
    public IReadOnlyDictionary<string, TimeSpan> ServiceTtl { get; set; } = new Dictionary<string, TimeSpan>();

    /// <summary>Most A and AAAA records in an answer about a service, 0 for no limit. Default: 0. Range: 0 to 65535.</summary>
    public int AddressLimit { get; set; }

    /// <summary>
    /// Most answer records over UDP without EDNS, 0 for what fits into 512 bytes. Default: 0. Range: 0 to 65535.
    /// </summary>
    public int UdpAnswerLimit { get; set; }

    /// <summary>Set TC in a UDP response that lacks answer records, so that the client asks again over TCP. Default: true.</summary>
    public bool MarkTruncated { get; set; } = true;

    /// <summary>Send nodes' metadata as additional TXT records with addresses and SRV records. Default: false.</summary>
    public bool NodeMetadataText { get; set; }

    /// <summary>Servers to ask about names that are not ours, and about host names that stand for addresses. Default: none.</summary>
    public IReadOnlyList<IPEndPoint> Recursors { get; set; } = [];

    /// <summary>Which recursor is asked first. Default: sequential.</summary>
    public RecursorStrategy RecursorStrategy { get; set; }

    /// <summary>How long one recursor may take. Default: 2 s. Range: 10 ms to 1 min.</summary>
    public TimeSpan RecursorTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Most UDP responses a second to one network (IPv4 /24, IPv6 /56), 0 for no limit. Default: 0. Range: 0 to 1,000,000.</summary>
    public int ResponsesPerSecond { get; set; }

    /// <summary>
    /// Of the responses over <see cref="ResponsesPerSecond"/>, every which is sent empty with TC instead of not at all;
    /// 0 for none. Default: 2. Range: 0 to 10.
    /// </summary>
    public int ResponseSlip { get; set; } = 2;

    /// <summary>The times of the SOA record.</summary>
    public DnsSoaOptions Soa { get; set; } = new();

    /// <summary>UDP sockets and threads per endpoint; more than one only on Linux. Default: 1. Range: 1 to 64.</summary>
    public int UdpSockets { get; set; } = 1;

    /// <summary>Move up to 32 packets per system call where the system can (Linux, x64 and arm64). Default: true.</summary>
    public bool UdpBatching { get; set; } = true;

    /// <summary>Largest UDP response in bytes, however much a client offers to take. Default: 4096. Range: 512 to 16384.</summary>
    public int MaxUdpResponse { get; set; } = 4096;

    /// <summary>TCP connections per endpoint. Default: 1024. Range: 1 to 65536.</summary>
    public int TcpMaxConnections { get; set; } = 1024;

    /// <summary>TCP connections from one address. Default: 128. Range: 1 to 65536.</summary>
    public int TcpMaxConnectionsPerClient { get; set; } = 128;

    /// <summary>Longest time between two complete queries on a TCP connection. Default: 10 s. Range: 1 s to 10 min.</summary>
    public TimeSpan TcpIdleTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Every problem with these options, empty when there is none.</summary>
    public IReadOnlyList<string> Validate() => DnsServerOptionsValidator.Validate(this);
}
