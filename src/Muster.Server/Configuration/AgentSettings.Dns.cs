using System.Net;
using Muster.Protocols.Dns;

namespace Muster.Server.Configuration;

internal static partial class AgentSettings
{
    private const string TtlRange = "0s to 168h, whole seconds";
    private const string TtlExpected = "must be a duration of whole seconds from 0s to 168h, such as \"5s\"";

    // names of services and tags, or of addresses, have to fit before it into the 255 bytes of a DNS name
    private const int LongestDomain = 98;

    private static IEnumerable<Setting> DnsAnswers() =>
    [
        Domain("domain", "domain", "consul", "the domain answered for", (dns, set) => dns with { Domain = set }),
        Domain("alt-domain", "alt_domain", "none", "a second domain, answered for in the same way", (dns, set) => dns with { AltDomain = set }),
        Domain(null, "dns_config.cluster_domain", "cluster.local", "the domain of Kubernetes' names, `svc.ns.svc.cluster.local`; empty for none (Muster's own key)", (dns, set) => dns with { ClusterDomain = set }),
        new(null, "dns_config.node_ttl", "0s", TtlRange, "TTL of node answers", (draft, value) =>
        {
            if (value.TryText(out string? text))
            {
                if (TryTtl(text, out TimeSpan ttl))
                {
                    draft.Dns = draft.Dns with { NodeTtl = ttl };
                }
                else
                {
                    value.Refuse(TtlExpected);
                }
            }
        }),
        new(null, "dns_config.service_ttl", "none, which is 0s", "service name to " + TtlRange, "TTL of service answers; a name that ends in `*` stands for all that begin so, the longest wins", ServiceTtl),
        Switch(null, "dns_config.only_passing", false, "leave out instances whose status is warning", (draft, set) => draft.Dns = draft.Dns with { OnlyPassing = set }),
        Number(null, "dns_config.a_record_limit", 0, 0, 65535, "most A and AAAA records in an answer about a service, 0 for no bound", (draft, set) => draft.Dns = draft.Dns with { ARecordLimit = (int)set }),
        Number(null, "dns_config.udp_answer_limit", 0, 0, 65535, "most answer records over UDP without EDNS, 0 for what fits into 512 bytes", (draft, set) => draft.Dns = draft.Dns with { UdpAnswerLimit = (int)set }),
        Switch(null, "dns_config.enable_truncate", true, "over UDP, tell the client by TC when answer records are left out", (draft, set) => draft.Dns = draft.Dns with { EnableTruncate = set }),
        Switch(null, "dns_config.enable_additional_node_meta_txt", false, "send nodes' metadata as TXT records with addresses and SRV records", (draft, set) => draft.Dns = draft.Dns with { NodeMetadataText = set }),
        new("recursor", "recursors", "none", "IP addresses, with `:port` when it is not 53", "servers to ask about names that are not ours; the flag may be repeated", Recursors),
        new(null, "dns_config.recursor_strategy", "sequential", "sequential, random", "which recursor is asked first", (draft, value) =>
        {
            if (value.TryText(out string? text))
            {
                if (Enum.TryParse(text, ignoreCase: true, out RecursorStrategy strategy) && Enum.IsDefined(strategy))
                {
                    draft.Dns = draft.Dns with { RecursorStrategy = strategy };
                }
                else
                {
                    value.Refuse("must be one of sequential, random");
                }
            }
        }),
        Duration(null, "dns_config.recursor_timeout", "2s", "10ms", "1m", "how long one recursor may take before the next is asked", (draft, set) => draft.Dns = draft.Dns with { RecursorTimeout = set }),
        Number(null, "dns_config.responses_per_second", 0, 0, 1_000_000, "most UDP responses a second to one network (IPv4 /24, IPv6 /56), 0 for no limit (Muster's own key)", (draft, set) => draft.Dns = draft.Dns with { ResponsesPerSecond = (int)set }),
        Number(null, "dns_config.response_slip", 2, 0, 10, "of the responses over that rate, every which is sent empty with TC; 0 for none (Muster's own key)", (draft, set) => draft.Dns = draft.Dns with { ResponseSlip = (int)set }),
        Number(null, "dns_config.tcp_max_conns_per_client", 128, 1, 65536, "open TCP connections of one client address (Muster's own key)", (draft, set) => draft.Dns = draft.Dns with { TcpConnectionsPerClient = (int)set }),
        Number(null, "dns_config.soa.refresh", 3600, 0, int.MaxValue, "SOA: refresh, in seconds", (draft, set) => draft.Dns = draft.Dns with { SoaRefresh = (int)set }),
        Number(null, "dns_config.soa.retry", 600, 0, int.MaxValue, "SOA: retry, in seconds", (draft, set) => draft.Dns = draft.Dns with { SoaRetry = (int)set }),
        Number(null, "dns_config.soa.expire", 86400, 0, int.MaxValue, "SOA: expire, in seconds", (draft, set) => draft.Dns = draft.Dns with { SoaExpire = (int)set }),
        Number(null, "dns_config.soa.min_ttl", 0, 0, int.MaxValue, "SOA: how long a negative answer may be cached, in seconds", (draft, set) => draft.Dns = draft.Dns with { SoaMinTtl = (int)set }),
    ];

    private static Setting Domain(string? flag, string key, string value, string meaning, Func<DnsSettings, string, DnsSettings> apply) =>
        new(flag, key, value, "a domain name", meaning, (draft, text) =>
        {
            if (text.TryText(out string? name))
            {
                string domain = name.TrimEnd('.').ToLowerInvariant();
                draft.Dns = apply(draft.Dns, domain);
                bool mayBeEmpty = flag is null; // only the main domains have flags
                if (domain.Length > LongestDomain || !((mayBeEmpty && domain.Length == 0) || domain.Split('.').All(IsLabel)))
                {
                    text.Refuse($"must be a domain name of at most {LongestDomain} bytes");
                }
            }
        });

    private static bool TryTtl(string text, out TimeSpan ttl) =>
        Wire.GoDuration.TryParse(text, out ttl) && ttl >= TimeSpan.Zero && ttl <= TimeSpan.FromHours(168)
        && ttl.Ticks % TimeSpan.TicksPerSecond == 0;

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= 63 && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    // Each file or flag adds to the list, as Consul does.
    private static void Recursors(AgentDraft draft, SettingValue value)
    {
        const int DnsPort = 53;
        if (!value.TryList(out List<string> texts))
        {
            return;
        }

        foreach (string text in texts)
        {
            if (!IPEndPoint.TryParse(text, out IPEndPoint? server))
            {
                draft.Error($"{value.Source}: must be IP addresses, perhaps with a port, got \"{text}\"");
                continue;
            }

            server.Port = server.Port == 0 ? DnsPort : server.Port;
            if (!draft.Dns.Recursors.Contains(server))
            {
                draft.Dns = draft.Dns with { Recursors = [.. draft.Dns.Recursors, server] };
            }
        }
    }

    private static void ServiceTtl(AgentDraft draft, SettingValue value)
    {
        if (!value.TryPairs(out List<KeyValuePair<string, string>> pairs))
        {
            return;
        }

        var ttls = new Dictionary<string, TimeSpan>(draft.Dns.ServiceTtl, StringComparer.OrdinalIgnoreCase);
        foreach ((string name, string text) in pairs)
        {
            if (TryTtl(text, out TimeSpan ttl))
            {
                ttls[name] = ttl;
            }
            else
            {
                draft.Error($"{value.Source}.{name}: {TtlExpected}, got \"{text}\"");
            }
        }

        draft.Dns = draft.Dns with { ServiceTtl = ttls };
    }
}
