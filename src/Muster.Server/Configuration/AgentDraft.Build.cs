using System.Net;

namespace Muster.Server.Configuration;

internal sealed partial class AgentDraft
{
    /// <summary>What is said when nothing names a data directory.</summary>
    public const string NoDataDirectory = "data_dir cannot be empty: set -data-dir, or use -dev to keep everything in memory";

    private const int MaxNodeMetadata = 64;

    /// <summary>Checks what single values cannot show, and makes the options; null when anything was wrong.</summary>
    public AgentOptions? Build(HostFacts host)
    {
        string nodeName = (NodeName ?? host.Name).Trim();
        CheckIdentity(nodeName);
        CheckData();
        CheckNetwork();
        CheckMetadata();
        if (DefaultQueryTime > MaxQueryTime)
        {
            Error("default_query_time: must not be longer than max_query_time");
        }

        ClusterSettings cluster = Cluster.Build(this, host);
        if (_errors.Count > 0)
        {
            return null;
        }

        return new AgentOptions
        {
            DevMode = DevMode,
            NodeName = nodeName,
            NodeId = NodeId,
            NodeMetadata = [.. NodeMetadata],
            Datacenter = Datacenter,
            DataDirectory = DevMode ? "" : Path.GetFullPath(DataDirectory),
            AdvertiseAddress = AdvertiseAddress ?? (IsWildcard(BindAddress) ? host.PrivateAddress() : BindAddress),
            HttpAddresses = HttpAddresses ?? ClientAddresses,
            DnsAddresses = DnsAddresses ?? ClientAddresses,
            HttpPort = HttpPort,
            DnsPort = DnsPort,
            Dns = Dns,
            Limits = Limits,
            DefaultQueryTime = DefaultQueryTime,
            MaxQueryTime = MaxQueryTime,
            TranslateWanAddresses = TranslateWanAddresses,
            SidecarMinPort = SidecarMinPort,
            SidecarMaxPort = SidecarMaxPort,
            Probing = Probing,
            Cluster = cluster,
            Preservation = Preservation,
            PrometheusRetention = PrometheusRetention,
            LogLevel = LogLevel,
            LogJson = LogJson,
            PidFile = PidFile,
            Services = Services,
            Checks = Checks,
        };
    }

    private void CheckIdentity(string nodeName)
    {
        if (nodeName.Length == 0)
        {
            Error("node_name cannot be empty");
        }
        else if (nodeName.Length > 128 || nodeName.Any(char.IsControl))
        {
            Error("node_name: must be at most 128 characters, none of them a control character");
        }
        else if (!nodeName.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') || nodeName.Length > 63)
        {
            Warn($"node name \"{nodeName}\" will not be found through DNS: only letters, digits and dashes, at most 63, make a DNS label");
        }

        if (!Server)
        {
            Warn("server: Muster has no client agents; this process holds the whole catalog and joins others as an equal");
        }
    }

    private void CheckData()
    {
        if (DevMode)
        {
            if (DataDirectory.Length > 0)
            {
                Warn("data_dir: not used with -dev, everything is kept in memory and lost at the end");
            }
        }
        else if (DataDirectory.Length == 0)
        {
            Error(NoDataDirectory);
        }
        else if (File.Exists(DataDirectory))
        {
            Error($"data_dir: \"{DataDirectory}\" is a file, not a directory");
        }
    }

    private void CheckNetwork()
    {
        foreach (IPEndPoint recursor in Dns.Recursors)
        {
            if (recursor.Port == DnsPort && (DnsAddresses ?? ClientAddresses).Any(own => own.Equals(recursor.Address)
                || (IPAddress.IsLoopback(recursor.Address) && (own.Equals(IPAddress.Any) || own.Equals(IPAddress.IPv6Any)))))
            {
                Error($"recursors: {recursor} is this server itself");
            }
        }

        if (HttpPort > 0 && HttpPort == DnsPort)
        {
            Error($"ports.http and ports.dns must differ, both are {HttpPort}");
        }

        if (SidecarMinPort > SidecarMaxPort)
        {
            Error($"ports.sidecar_min_port: must not be above ports.sidecar_max_port, got {SidecarMinPort} and {SidecarMaxPort}");
        }

        if (AdvertiseAddress is { } advertise && IsWildcard(advertise))
        {
            Error($"advertise_addr: must be an address others can reach, got \"{advertise}\"");
        }

        if (!IPAddress.IsLoopback(BindAddress))
        {
            Warn($"bind_addr: {BindAddress} is off loopback; Muster has no access control yet");
        }

        WarnOff("client_addr", HttpAddresses is null || DnsAddresses is null ? ClientAddresses : []);
        WarnOff("addresses.http", HttpAddresses ?? []);
        WarnOff("addresses.dns", DnsAddresses ?? []);
        if (Probing.AllowScripts && !(HttpAddresses ?? ClientAddresses).All(IPAddress.IsLoopback))
        {
            Warn("enable_script_checks: whoever reaches client_addr can run any program on this machine; enable_local_script_checks allows only those of the configuration files");
        }
    }

    private void WarnOff(string key, IReadOnlyList<IPAddress> addresses)
    {
        foreach (IPAddress address in addresses)
        {
            if (!IPAddress.IsLoopback(address))
            {
                Warn($"{key}: {address} is off loopback; Muster has no access control yet, so whoever reaches it can read and change the catalog");
            }
        }
    }

    private void CheckMetadata()
    {
        if (NodeMetadata.Count > MaxNodeMetadata)
        {
            Error($"node_meta: at most {MaxNodeMetadata} pairs, got {NodeMetadata.Count}");
        }

        foreach ((string key, string value) in NodeMetadata)
        {
            if (key.Length is 0 or > 128 || !key.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            {
                Error($"node_meta: key \"{key}\" must be 1 to 128 letters, digits, dashes and underscores");
            }

            if (value.Length > 512)
            {
                Error($"node_meta: the value of \"{key}\" must be at most 512 characters");
            }
        }
    }

    private static bool IsWildcard(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
}
