namespace Muster.Server.Configuration;

internal static partial class AgentSettings
{
    private static IEnumerable<Setting> Bounds() =>
    [
        Duration("default-query-time", "default_query_time", "5m", "1s", "1h", "wait of a blocking query that names none", (draft, set) => draft.DefaultQueryTime = set),
        Duration("max-query-time", "max_query_time", "10m", "1s", "1h", "longest wait of a blocking query", (draft, set) => draft.MaxQueryTime = set),
        Number(null, "limits.http_max_conns_per_client", 200, 1, 1_000_000, "open HTTP connections of one client address; loopback is not counted", (draft, set) => draft.Limits = draft.Limits with { HttpConnectionsPerClient = (int)set }),
        Number(null, "limits.max_instances", 1_000_000, 1, 10_000_000, "instances in the catalog (Muster's own key)", (draft, set) => draft.Limits = draft.Limits with { Instances = (int)set }),
        Number(null, "limits.max_watchers", 20_000, 1, 1_000_000, "blocked queries and watches at a time (Muster's own key)", (draft, set) => draft.Limits = draft.Limits with { Watchers = (int)set }),
        Number(null, "limits.answer_cache_bytes", 48 << 20, 0, 1L << 40, "bytes of encoded answers kept for the next reader (Muster's own key)", (draft, set) => draft.Limits = draft.Limits with { AnswerCacheBytes = set }),
        Switch(null, "translate_wan_addrs", false, "tell clients that addresses are translated for other datacenters; there is only one", (draft, set) => draft.TranslateWanAddresses = set),
        Switch(null, "allow_link_local_checks", false, "let checks reach link-local addresses; cloud metadata stays out of reach (Muster's own key)", (draft, set) => draft.AllowLinkLocalChecks = set),
    ];
}
