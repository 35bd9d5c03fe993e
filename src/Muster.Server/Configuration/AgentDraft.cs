using Muster.Catalog;
using Muster.Protocols.Dns;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Muster.Protocols.Consul.Definitions;

namespace Muster.Server.Configuration;

/// <summary>
/// The agent's settings while files and flags are being read into them: starts with the defaults, collects every error
/// and warning, and becomes an <see cref="AgentOptions"/> when there is no error.
/// </summary>
internal sealed partial class AgentDraft
{
    private readonly List<string> _errors = [];
    private readonly List<string> _warnings = [];

    public IReadOnlyList<string> Errors => _errors;

    public IReadOnlyList<string> Warnings => _warnings;

    public bool DevMode { get; set; }

    public bool Server { get; set; } = true;

    public string? NodeName { get; set; }

    public string NodeId { get; set; } = "";

    public SortedDictionary<string, string> NodeMetadata { get; } = new(StringComparer.Ordinal);

    public string Datacenter { get; set; } = "dc1";

    public string DataDirectory { get; set; } = "";

    public IPAddress BindAddress { get; set; } = IPAddress.Loopback;

    public IPAddress? AdvertiseAddress { get; set; }

    public IReadOnlyList<IPAddress> ClientAddresses { get; set; } = [IPAddress.Loopback];

    public IReadOnlyList<IPAddress>? HttpAddresses { get; set; }

    public IReadOnlyList<IPAddress>? DnsAddresses { get; set; }

    /// <summary>Files are JSON whatever their names end in.</summary>
    public bool FilesAreJson { get; set; }

    public int HttpPort { get; set; } = 8500;

    public int DnsPort { get; set; } = 8600;

    public TimeSpan DefaultQueryTime { get; set; } = TimeSpan.FromMinutes(5);

    public TimeSpan MaxQueryTime { get; set; } = TimeSpan.FromMinutes(10);

    public bool TranslateWanAddresses { get; set; }

    public int SidecarMinPort { get; set; } = 21_000;

    public int SidecarMaxPort { get; set; } = 21_255;

    public CheckSettings Probing { get; set; } = new()
    {
        AllowScripts = false, AllowLocalScripts = false, AllowLinkLocal = false, FlapRecoveries = 5, FlapWindow = TimeSpan.FromMinutes(5),
    };

    public ClusterDraft Cluster { get; } = new();

    public PreservationOptions Preservation { get; set; } = new();

    public TimeSpan PrometheusRetention { get; set; }

    public LogLevel LogLevel { get; set; } = LogLevel.Information;

    public bool LogJson { get; set; }

    public string PidFile { get; set; } = "";

    public DnsSettings Dns { get; set; } = new()
    {
        Domain = "consul", AltDomain = "", NodeTtl = TimeSpan.Zero, ServiceTtl = new Dictionary<string, TimeSpan>(),
        OnlyPassing = false, ARecordLimit = 0, SoaRefresh = 3600, SoaRetry = 600, SoaExpire = 86400, SoaMinTtl = 0,
        ClusterDomain = "cluster.local", UdpAnswerLimit = 0, EnableTruncate = true, NodeMetadataText = false, Recursors = [],
        RecursorStrategy = RecursorStrategy.Sequential, RecursorTimeout = TimeSpan.FromSeconds(2), ResponsesPerSecond = 0,
        ResponseSlip = 2, TcpConnectionsPerClient = 128,
    };

    public LimitSettings Limits { get; set; } = new()
    {
        HttpConnections = 0, HttpConnectionsPerClient = 4096, WatchersPerClient = 3072, HttpRequestRatePerClient = 0, HttpRequestBurstPerClient = 0,
        ExemptClients = [IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("::1/128")], Instances = 1_000_000, Watchers = 20_000, AnswerCacheBytes = 48 << 20,
    };

    public List<ConfiguredDefinition> Services { get; } = [];

    public List<ConfiguredDefinition> Checks { get; } = [];

    public void Error(string message)
    {
        // the same wrong value can be found on two ways
        if (!_errors.Contains(message))
        {
            _errors.Add(message);
        }
    }

    public void Warn(string message)
    {
        if (!_warnings.Contains(message))
        {
            _warnings.Add(message);
        }
    }

    /// <summary>Adds the services that the value defines.</summary>
    public void AddServices(SettingValue value) => AddDefinitions(Services, value, json =>
        ConsulDefinitions.TryReadService(json, ScriptRule.AllowedLocally, out _, out string? problem) ? null : problem);

    /// <summary>Adds the checks that the value defines.</summary>
    public void AddChecks(SettingValue value) => AddDefinitions(Checks, value, json =>
        ConsulDefinitions.TryReadCheck(json, ScriptRule.AllowedLocally, out _, out string? problem) ? null : problem);

    /// <summary>Adds the value's elements, or the value itself when it is one object.</summary>
    private void AddDefinitions(List<ConfiguredDefinition> list, SettingValue value, Func<byte[], string?> problemOf)
    {
        if (value.Json.ValueKind == JsonValueKind.Object)
        {
            Add(value.Source, value.Json);
            return;
        }

        if (value.Json.ValueKind != JsonValueKind.Array)
        {
            value.Refuse("must be an object or a list of objects");
            return;
        }

        int position = 0;
        foreach (JsonElement item in value.Json.EnumerateArray())
        {
            string source = $"{value.Source}[{position++}]";
            if (item.ValueKind == JsonValueKind.Object)
            {
                Add(source, item);
            }
            else
            {
                Error($"{source}: must be an object, got {item.GetRawText()}");
            }
        }

        void Add(string source, JsonElement json)
        {
            // read here only to tell what is wrong together with everything else; the agent registers it later
            if (problemOf(Encoding.UTF8.GetBytes(json.GetRawText())) is { } problem)
            {
                Error($"{source}: {problem}");
            }

            if (json.EnumerateObject().Any(static member => member.Name.Equals("token", StringComparison.OrdinalIgnoreCase)))
            {
                Warn($"{source}.token: {UnusedSettings.NoAccessControl}");
            }

            list.Add(new ConfiguredDefinition(source, json));
        }
    }
}
