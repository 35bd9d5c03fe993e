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
                if (domain.Length > LongestDomain || !domain.Split('.').All(IsLabel))
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
