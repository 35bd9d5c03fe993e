using System.Net;
using Muster.Catalog;
using Muster.Checks;
using Muster.Protocols.Consul;
using Muster.Protocols.Consul.Definitions;
using Muster.Protocols.Dns;
using Muster.Server.Admission;
using Muster.Server.Configuration;
using Muster.Server.Hosting.Clustering;

namespace Muster.Server.Hosting;

/// <summary>What each room is told of the agent's options.</summary>
internal static class RoomOptions
{
    public static CatalogOptions OfCatalog(AgentOptions options) => new()
    {
        NodeName = options.NodeName,
        NodeId = NodeIdentity.Find(options.NodeId, options.DevMode ? "" : options.DataDirectory),
        NodeAddress = options.AdvertiseAddress.ToString(),
        NodeMetadata = options.NodeMetadata,
        Datacenter = options.Datacenter,
        MaxInstances = options.Limits.Instances,
        AnswerCacheBytes = options.Limits.AnswerCacheBytes,
        Replicated = options.Cluster.Enabled,
        KeySeed = ClusterHost.KeySeedOf(options.Cluster),
        TombstoneAge = options.Cluster.TombstoneAge,
        OwnerTimeout = options.Cluster.Enabled ? options.Cluster.OwnerTimeout : TimeSpan.Zero,
        FlapRecoveries = options.Probing.FlapRecoveries,
        FlapWindow = options.Probing.FlapWindow,
        Preservation = options.Preservation,
    };

    public static ProbeContext OfProbes(CheckSettings checks) => new(TargetPolicy.Default with { AllowLinkLocal = checks.AllowLinkLocal })
    {
        Scripts = checks.AllowScripts ? ScriptPolicy.All : checks.AllowLocalScripts ? ScriptPolicy.Local : ScriptPolicy.None,
    };

    public static ConsulOptions OfConsul(AgentOptions options, AdmissionControl admission) => new()
    {
        MaxBlockedQueries = options.Limits.Watchers,
        TryWait = admission.TryWait,
        DefaultWait = options.DefaultQueryTime,
        MaxWait = options.MaxQueryTime,
        Scripts = options.Probing.AllowScripts ? ScriptRule.AllowedRemotely : ScriptRule.RefusedRemotely,
        LocalScripts = LocalScripts(options),
        Revision = BuildInfo.Revision,
        Bootstrap = options.Cluster.Bootstrap,
        ExpectedServers = options.Cluster.ExpectedServers,
        TranslateWanAddresses = options.TranslateWanAddresses,
        SidecarMinPort = options.SidecarMinPort,
        SidecarMaxPort = options.SidecarMaxPort,
    };

    public static ScriptRule LocalScripts(AgentOptions options) =>
        options.Probing.AllowScripts || options.Probing.AllowLocalScripts ? ScriptRule.AllowedLocally : ScriptRule.RefusedLocally;

    public static DnsServerOptions OfDns(AgentOptions options, Func<bool> isReady) => new()
    {
        EndPoints = [.. options.DnsAddresses.Select(address => new IPEndPoint(address, options.DnsPort))],
        IsReady = isReady,
        Domain = options.Dns.Domain,
        AltDomain = options.Dns.AltDomain,
        Datacenter = options.Datacenter,
        OnlyPassing = options.Dns.OnlyPassing,
        NodeTtl = options.Dns.NodeTtl,
        ServiceTtl = options.Dns.ServiceTtl,
        AddressLimit = options.Dns.ARecordLimit,
        ClusterDomain = options.Dns.ClusterDomain,
        UdpAnswerLimit = options.Dns.UdpAnswerLimit,
        MarkTruncated = options.Dns.EnableTruncate,
        NodeMetadataText = options.Dns.NodeMetadataText,
        Recursors = options.Dns.Recursors,
        RecursorStrategy = options.Dns.RecursorStrategy,
        RecursorTimeout = options.Dns.RecursorTimeout,
        ResponsesPerSecond = options.Dns.ResponsesPerSecond,
        ResponseSlip = options.Dns.ResponseSlip,
        TcpMaxConnectionsPerClient = options.Dns.TcpConnectionsPerClient,
        Soa = new DnsSoaOptions
        {
            Refresh = TimeSpan.FromSeconds(options.Dns.SoaRefresh),
            Retry = TimeSpan.FromSeconds(options.Dns.SoaRetry),
            Expire = TimeSpan.FromSeconds(options.Dns.SoaExpire),
            MinTtl = TimeSpan.FromSeconds(options.Dns.SoaMinTtl),
        },
    };
}
