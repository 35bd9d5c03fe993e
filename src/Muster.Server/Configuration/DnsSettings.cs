using System.Net;
using Muster.Protocols.Dns;

namespace Muster.Server.Configuration;

/// <summary>What an operator can set on DNS answers. Names and meanings are those of Consul's <c>dns_config</c>.</summary>
internal sealed record DnsSettings
{
    /// <summary>The domain answered for, lower case, without a dot at the end.</summary>
    public required string Domain { get; init; }

    /// <summary>A second domain answered for in the same way, empty for none.</summary>
    public required string AltDomain { get; init; }

    /// <summary>TTL of node answers.</summary>
    public required TimeSpan NodeTtl { get; init; }

    /// <summary>TTL of service answers by name; a name that ends in <c>*</c> stands for all that begin so.</summary>
    public required IReadOnlyDictionary<string, TimeSpan> ServiceTtl { get; init; }

    /// <summary>Leave out instances whose status is warning.</summary>
    public required bool OnlyPassing { get; init; }

    /// <summary>The most A and AAAA records in an answer, 0 for no bound.</summary>
    public required int ARecordLimit { get; init; }

    /// <summary>Seconds of the SOA record: refresh.</summary>
    public required int SoaRefresh { get; init; }

    /// <summary>Seconds of the SOA record: retry.</summary>
    public required int SoaRetry { get; init; }

    /// <summary>Seconds of the SOA record: expire.</summary>
    public required int SoaExpire { get; init; }

    /// <summary>Seconds of the SOA record: minimum, which is how long a negative answer may be cached.</summary>
    public required int SoaMinTtl { get; init; }

    /// <summary>The domain of Kubernetes' names, empty for none.</summary>
    public required string ClusterDomain { get; init; }

    /// <summary>Most answer records over UDP without EDNS, 0 for what fits.</summary>
    public required int UdpAnswerLimit { get; init; }

    /// <summary>Set TC over UDP when answer records are left out.</summary>
    public required bool EnableTruncate { get; init; }

    /// <summary>Send nodes' metadata as additional TXT records.</summary>
    public required bool NodeMetadataText { get; init; }

    /// <summary>Servers to ask about names that are not ours.</summary>
    public required IReadOnlyList<IPEndPoint> Recursors { get; init; }

    /// <summary>Which recursor is asked first.</summary>
    public required RecursorStrategy RecursorStrategy { get; init; }

    /// <summary>How long one recursor may take.</summary>
    public required TimeSpan RecursorTimeout { get; init; }

    /// <summary>Most UDP responses a second to one network, 0 for no limit.</summary>
    public required int ResponsesPerSecond { get; init; }

    /// <summary>Of the responses over the limit, every which is sent empty with TC; 0 for none.</summary>
    public required int ResponseSlip { get; init; }

    /// <summary>Most TCP connections of one client address.</summary>
    public required int TcpConnectionsPerClient { get; init; }
}
