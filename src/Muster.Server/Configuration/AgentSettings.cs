using System.Net;
using Microsoft.Extensions.Logging;

namespace Muster.Server.Configuration;

/// <summary>The table of all settings. Flags and keys that Consul has too are spelled and mean the same.</summary>
internal static partial class AgentSettings
{
    private const int MostServers = 128;
    private const string IpAddress = "an IP address";
    private const string Port = "0 to 65535, or -1 to switch it off";

    /// <summary>All settings, in the order of the documentation.</summary>
    public static IReadOnlyList<Setting> All { get; } = [.. Identity(), .. Network(), .. Definitions(), .. DnsAnswers(), .. ProbedChecks(), .. Bounds(), .. SelfPreservation(), .. Cluster()];

    /// <summary>Finds the setting of a flag.</summary>
    public static Setting? OfFlag(string flag) => All.FirstOrDefault(setting => setting.Flag == flag);

    /// <summary>Finds the setting of a key.</summary>
    public static Setting? OfKey(string key) => All.FirstOrDefault(setting => setting.Key == key);

    /// <summary>True when the key is an object whose members are settings.</summary>
    public static bool IsSection(string key) =>
        All.Any(setting => setting.Key is { } other && other.Length > key.Length && other[key.Length] == '.' && other.StartsWith(key, StringComparison.Ordinal));

    private static Setting Switch(string? flag, string? key, bool value, string meaning, Action<AgentDraft, bool> apply) =>
        new(flag, key, value ? "true" : "false", "true or false", meaning, (draft, text) =>
        {
            if (text.TrySwitch(out bool set))
            {
                apply(draft, set);
            }
        })
        { IsSwitch = true };

    private static Setting Text(string? flag, string? key, string value, string range, string meaning, Action<AgentDraft, string> apply) =>
        new(flag, key, value, range, meaning, (draft, text) =>
        {
            if (text.TryText(out string? set))
            {
                apply(draft, set);
            }
        });

    private static Setting Number(string? flag, string? key, long value, long min, long max, string meaning, Action<AgentDraft, long> apply) =>
        new(flag, key, value.ToString(), $"{min} to {max}", meaning, (draft, text) =>
        {
            if (text.TryNumber(min, max, out long set))
            {
                apply(draft, set);
            }
        });

    private static Setting Duration(string? flag, string? key, string value, string min, string max, string meaning, Action<AgentDraft, TimeSpan> apply) =>
        new(flag, key, value, $"{min} to {max}", meaning, (draft, text) =>
        {
            if (text.TryDuration(Span(min), Span(max), out TimeSpan set))
            {
                apply(draft, set);
            }
        });

    private static TimeSpan Span(string text) => Wire.GoDuration.TryParse(text, out TimeSpan span) ? span : throw new FormatException(text);

    private static IEnumerable<Setting> Identity() =>
    [
        Switch("dev", null, false, "keep everything in memory, need no data directory", (draft, set) => draft.DevMode = set),
        Text("node", "node_name", "the host's name", "1 to 128 characters", "name of this server's node", (draft, set) => draft.NodeName = set),
        new("node-id", "node_id", "made at the first start", "a UUID", "id of this server's node", (draft, value) =>
        {
            if (value.TryText(out string? text))
            {
                if (Guid.TryParseExact(text, "D", out Guid id))
                {
                    draft.NodeId = id.ToString();
                }
                else
                {
                    value.Refuse("must be a UUID");
                }
            }
        }),
        new("node-meta", "node_meta", "none", "at most 64 pairs", "metadata of this server's node; the flag is `key:value` and may be repeated", (draft, value) =>
        {
            if (value.TryPairs(out var pairs))
            {
                pairs.ForEach(pair => draft.NodeMetadata[pair.Key] = pair.Value);
            }
        }),
        new("datacenter", "datacenter", "dc1", "letters, digits, `-` and `_`; 1 to 63", "name of the datacenter", (draft, value) =>
        {
            if (value.TryText(out string? text))
            {
                draft.Datacenter = text.ToLowerInvariant();
                if (text.Length is 0 or > 63 || !text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
                {
                    value.Refuse("must be 1 to 63 letters, digits, dashes and underscores");
                }
            }
        }),
        Text("data-dir", "data_dir", "none; required without `-dev`", "a directory, created when it is not there", "where the catalog is kept", (draft, set) => draft.DataDirectory = set),
        Text("pid-file", "pid_file", "none", "a file", "holds the process id while the agent runs", (draft, set) => draft.PidFile = set),
        new("log-level", "log_level", "info", "trace, debug, info, warn, error", "messages below this level are not logged", (draft, value) =>
        {
            if (value.TryText(out string? text))
            {
                LogLevel? level = LevelOf(text);
                draft.LogLevel = level ?? draft.LogLevel;
                if (level is null)
                {
                    value.Refuse("must be one of trace, debug, info, warn, error");
                }
            }
        }),
        Switch("log-json", "log_json", false, "log one JSON object a line", (draft, set) => draft.LogJson = set),
        Duration(null, "telemetry.prometheus_retention_time", "0s", "0s", "8760h", "above 0s, `/v1/agent/metrics` answers Prometheus too (`/metrics` always does)", (draft, set) => draft.PrometheusRetention = set),
    ];

    private static IEnumerable<Setting> Network() =>
    [
        Address("bind", "bind_addr", "127.0.0.1", "address of this server among others; off loopback warns", (draft, set) => draft.BindAddress = set),
        Address("advertise", "advertise_addr", "the bind address", "address of this server's node, which instances without one get", (draft, set) => draft.AdvertiseAddress = set),
        Addresses("client", "client_addr", "127.0.0.1", "where HTTP and DNS listen; off loopback warns", (draft, set) => draft.ClientAddresses = set),
        Addresses(null, "addresses.http", "client_addr", "where HTTP listens, if elsewhere than DNS", (draft, set) => draft.HttpAddresses = set),
        Addresses(null, "addresses.dns", "client_addr", "where DNS listens, if elsewhere than HTTP", (draft, set) => draft.DnsAddresses = set),
        PortOf("http-port", "ports.http", 8500, "port of the HTTP API; 0 lets the system choose", (draft, set) => draft.HttpPort = set),
        PortOf("dns-port", "ports.dns", 8600, "port of DNS, UDP and TCP; 0 lets the system choose", (draft, set) => draft.DnsPort = set),
    ];

    private static IEnumerable<Setting> Definitions() =>
    [
        new("config-file", null, "none", "a `.json` file", "a configuration file; may be repeated, later ones win", Nothing),
        new("config-format", null, "json", "json", "read files as JSON whatever their names end in", Nothing),
        new("hcl", null, "none", "a JSON object", "a piece of configuration that counts after all files; may be repeated; HCL itself is not supported", Nothing),
        new("config-dir", null, "none", "a directory", "a directory whose `.json` files are read in the order of their names; may be repeated", Nothing),
        new(null, "service", "none", "a service definition", "a service to register at the start", (draft, value) => draft.AddServices(value)),
        new(null, "services", "none", "a list of service definitions", "services to register at the start", (draft, value) => draft.AddServices(value)),
        new(null, "check", "none", "a check definition", "a check to register at the start", (draft, value) => draft.AddChecks(value)),
        new(null, "checks", "none", "a list of check definitions", "checks to register at the start", (draft, value) => draft.AddChecks(value)),
    ];

    private static Setting Address(string flag, string key, string value, string meaning, Action<AgentDraft, IPAddress> apply) =>
        new(flag, key, value, IpAddress, meaning, (draft, text) =>
        {
            if (text.TryAddress(out IPAddress? set))
            {
                apply(draft, set);
            }
        });

    private static Setting Addresses(string? flag, string key, string value, string meaning, Action<AgentDraft, IReadOnlyList<IPAddress>> apply) =>
        new(flag, key, value, "IP addresses, with spaces between them", meaning, (draft, text) =>
        {
            if (text.TryText(out string? list))
            {
                string[] parts = list.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
                IPAddress[] addresses = [.. parts.Select(part => IPAddress.TryParse(part, out IPAddress? address) ? address : null).OfType<IPAddress>()];
                if (addresses.Length == 0 || addresses.Length < parts.Length)
                {
                    text.Refuse("must be IP addresses with spaces between them");
                }
                else
                {
                    apply(draft, addresses);
                }
            }
        });

    private static Setting PortOf(string flag, string key, int value, string meaning, Action<AgentDraft, int> apply) =>
        new(flag, key, value.ToString(), Port, meaning, (draft, text) =>
        {
            if (text.TryPort(out int set))
            {
                apply(draft, set);
            }
        });

    /// <summary>For flags that <see cref="AgentConfiguration"/> acts on before all others.</summary>
    private static void Nothing(AgentDraft draft, SettingValue value)
    {
    }

    private static LogLevel? LevelOf(string text) => text.ToLowerInvariant() switch
    {
        "trace" => LogLevel.Trace,
        "debug" => LogLevel.Debug,
        "info" => LogLevel.Information,
        "warn" or "warning" => LogLevel.Warning,
        "err" or "error" => LogLevel.Error,
        _ => null,
    };
}
