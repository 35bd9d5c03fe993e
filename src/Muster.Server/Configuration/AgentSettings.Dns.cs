namespace Muster.Server.Configuration;

internal static partial class AgentSettings
{
    private const string LongestTtl = "168h";

    private static IEnumerable<Setting> DnsAnswers() =>
    [
        Domain("domain", "domain", "consul", "the domain answered for", (dns, set) => dns with { Domain = set }),
        Domain("alt-domain", "alt_domain", "none", "a second domain, answered for in the same way", (dns, set) => dns with { AltDomain = set }),
        Duration(null, "dns_config.node_ttl", "0s", "0s", LongestTtl, "TTL of node answers", (draft, set) => draft.Dns = draft.Dns with { NodeTtl = set }),
        new(null, "dns_config.service_ttl", "none, which is 0s", $"service name to duration, 0s to {LongestTtl}", "TTL of service answers; a name that ends in `*` stands for all that begin so, the longest wins", ServiceTtl),
        Switch(null, "dns_config.only_passing", false, "leave out instances whose status is warning", (draft, set) => draft.Dns = draft.Dns with { OnlyPassing = set }),
        Number(null, "dns_config.a_record_limit", 0, 0, 65535, "most A and AAAA records in an answer, 0 for no bound", (draft, set) => draft.Dns = draft.Dns with { ARecordLimit = (int)set }),
        Number(null, "dns_config.udp_answer_limit", 3, 1, 8, "most records in a UDP answer to a client without EDNS", (draft, set) => draft.Dns = draft.Dns with { UdpAnswerLimit = (int)set }),
        Switch(null, "dns_config.enable_truncate", false, "set TC also when `udp_answer_limit` cut an answer", (draft, set) => draft.Dns = draft.Dns with { EnableTruncate = set }),
        Switch(null, "dns_config.disable_compression", false, "never compress names", (draft, set) => draft.Dns = draft.Dns with { DisableCompression = set }),
        Switch(null, "dns_config.enable_additional_node_meta_txt", true, "put node metadata into answers as TXT records", (draft, set) => draft.Dns = draft.Dns with { NodeMetaTxt = set }),
        Number(null, "dns_config.soa.refresh", 3600, 0, int.MaxValue, "SOA: refresh, in seconds", (draft, set) => draft.Dns = draft.Dns with { SoaRefresh = (int)set }),
        Number(null, "dns_config.soa.retry", 600, 0, int.MaxValue, "SOA: retry, in seconds", (draft, set) => draft.Dns = draft.Dns with { SoaRetry = (int)set }),
        Number(null, "dns_config.soa.expire", 86400, 0, int.MaxValue, "SOA: expire, in seconds", (draft, set) => draft.Dns = draft.Dns with { SoaExpire = (int)set }),
        Number(null, "dns_config.soa.min_ttl", 0, 0, int.MaxValue, "SOA: how long a negative answer may be cached, in seconds", (draft, set) => draft.Dns = draft.Dns with { SoaMinTtl = (int)set }),
    ];

    private static Setting Domain(string flag, string key, string value, string meaning, Func<DnsSettings, string, DnsSettings> apply) =>
        new(flag, key, value, "a domain name", meaning, (draft, text) =>
        {
            if (text.TryText(out string? name))
            {
                string domain = name.TrimEnd('.').ToLowerInvariant();
                draft.Dns = apply(draft.Dns, domain);
                if (domain.Length > 200 || !domain.Split('.').All(IsLabel))
                {
                    text.Refuse("must be a domain name");
                }
            }
        });

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= 63 && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    private static void ServiceTtl(AgentDraft draft, SettingValue value)
    {
        if (!value.TryPairs(out List<KeyValuePair<string, string>> pairs))
        {
            return;
        }

        var ttls = new Dictionary<string, TimeSpan>(draft.Dns.ServiceTtl, StringComparer.OrdinalIgnoreCase);
        foreach ((string name, string text) in pairs)
        {
            if (Wire.GoDuration.TryParse(text, out TimeSpan ttl) && ttl >= TimeSpan.Zero && ttl <= Span(LongestTtl))
            {
                ttls[name] = ttl;
            }
            else
            {
                draft.Error($"{value.Source}.{name}: must be a duration from 0s to {LongestTtl}, such as \"5s\", got \"{text}\"");
            }
        }

        draft.Dns = draft.Dns with { ServiceTtl = ttls };
    }
}
