using System.Net;
using Microsoft.Extensions.Logging;
using Muster.Catalog;

namespace Muster.Server.Configuration;

/// <summary>
/// Everything an operator can set on an agent, validated and immutable. Made by <see cref="AgentConfiguration"/>;
/// defaults are those of <see cref="AgentSettings"/>, ranges those of <c>docs/reference/agent-configuration.md</c>.
/// </summary>
internal sealed record AgentOptions
{
    /// <summary>Keep everything in memory and take any registration at once. Needs no data directory.</summary>
    public required bool DevMode { get; init; }

    /// <summary>This server's name.</summary>
    public required string NodeName { get; init; }

    /// <summary>A UUID, or empty to let the server keep one in its data directory (or make one up in dev mode).</summary>
    public required string NodeId { get; init; }

    /// <summary>Metadata of this server's node, sorted by key.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> NodeMetadata { get; init; }

    /// <summary>The datacenter's name, lower case.</summary>
    public required string Datacenter { get; init; }

    /// <summary>Where the journal is kept; empty only in dev mode.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The node's address, which instances without one of their own get.</summary>
    public required IPAddress AdvertiseAddress { get; init; }

    /// <summary>Where HTTP listens. At least one.</summary>
    public required IReadOnlyList<IPAddress> HttpAddresses { get; init; }

    /// <summary>Where DNS listens. At least one.</summary>
    public required IReadOnlyList<IPAddress> DnsAddresses { get; init; }

    /// <summary>The HTTP port; 0 lets the system choose one, -1 switches HTTP off.</summary>
    public required int HttpPort { get; init; }

    /// <summary>The DNS port; 0 lets the system choose one, -1 switches DNS off.</summary>
    public required int DnsPort { get; init; }

    /// <summary>What DNS answers look like.</summary>
    public required DnsSettings Dns { get; init; }

    /// <summary>Bounds on what clients may ask for.</summary>
    public required LimitSettings Limits { get; init; }

    /// <summary>How long a blocking query waits that names no time.</summary>
    public required TimeSpan DefaultQueryTime { get; init; }

    /// <summary>The longest wait a blocking query may ask for.</summary>
    public required TimeSpan MaxQueryTime { get; init; }

    /// <summary>The lowest port given to a sidecar that names none.</summary>
    public required int SidecarMinPort { get; init; }

    /// <summary>The highest port given to a sidecar that names none.</summary>
    public required int SidecarMaxPort { get; init; }

    /// <summary>Whether answers say that addresses are translated for other datacenters.</summary>
    public required bool TranslateWanAddresses { get; init; }

    /// <summary>What checks may do, and how their results count.</summary>
    public required CheckSettings Probing { get; init; }

    /// <summary>How this server finds others.</summary>
    public required ClusterSettings Cluster { get; init; }

    /// <summary>When expiry is held because too many fell silent at once.</summary>
    public required PreservationOptions Preservation { get; init; }

    /// <summary>Above zero, Consul's path for metrics answers Prometheus too.</summary>
    public required TimeSpan PrometheusRetention { get; init; }

    /// <summary>Messages below this level are not logged.</summary>
    public required LogLevel LogLevel { get; init; }

    /// <summary>Log one JSON object a line.</summary>
    public required bool LogJson { get; init; }

    /// <summary>A file to hold the process id while the agent runs, empty for none.</summary>
    public required string PidFile { get; init; }

    /// <summary>Service definitions of the configuration files, as written there.</summary>
    public required IReadOnlyList<ConfiguredDefinition> Services { get; init; }

    /// <summary>Check definitions of the configuration files, as written there.</summary>
    public required IReadOnlyList<ConfiguredDefinition> Checks { get; init; }
}
