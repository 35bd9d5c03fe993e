using System.Net;

namespace Muster.Server.Configuration;

internal static partial class AgentSettings
{
    private const int MostExemptClients = 64;

    private static IEnumerable<Setting> Bounds() =>
    [
        Duration("default-query-time", "default_query_time", "5m", "1s", "1h", "wait of a blocking query that names none", (draft, set) => draft.DefaultQueryTime = set),
        Duration("max-query-time", "max_query_time", "10m", "1s", "1h", "longest wait of a blocking query", (draft, set) => draft.MaxQueryTime = set),
        Number(null, "limits.http_max_conns_per_client", 4096, 1, 1_000_000, "open HTTP connections of one client", (draft, set) => draft.Limits = draft.Limits with { HttpConnectionsPerClient = (int)set }),
        Number(null, "limits.max_watchers_per_client", 3072, 1, 1_000_000, "blocked queries and watches of one client at a time (Muster's own key)", (draft, set) => draft.Limits = draft.Limits with { WatchersPerClient = (int)set }),
        Number(null, "limits.http_request_rate_per_client", 0, 0, 1_000_000, "requests a second of one client over time, 0 for no bound (Muster's own key)", (draft, set) => draft.Limits = draft.Limits with { HttpRequestRatePerClient = (int)set }),
        Number(null, "limits.http_request_burst_per_client", 0, 0, 10_000_000, "requests of one client at once after it was quiet, 0 for twice the rate (Muster's own key)", (draft, set) => draft.Limits = draft.Limits with { HttpRequestBurstPerClient = (int)set }),
        new(null, "limits.exempt_clients", "127.0.0.0/8 and ::1/128", "a list of networks, at most 64", "whom the limits of one client do not concern: proxies, sidecars (Muster's own key)", SetExemptClients),
        Number(null, "limits.http_max_conns", 0, 0, 10_000_000, "open HTTP connections of all clients together, 0 for the limit of open files less 256 (Muster's own key)", (draft, set) => draft.Limits = draft.Limits with { HttpConnections = (int)set }),
        Number(null, "limits.max_instances", 1_000_000, 1, 10_000_000, "instances in the catalog (Muster's own key)", (draft, set) => draft.Limits = draft.Limits with { Instances = (int)set }),
        Number(null, "limits.max_watchers", 20_000, 1, 1_000_000, "blocked queries and watches at a time (Muster's own key)", (draft, set) => draft.Limits = draft.Limits with { Watchers = (int)set }),
        Number(null, "limits.answer_cache_bytes", 48 << 20, 0, 1L << 40, "bytes of encoded answers kept for the next reader (Muster's own key)", (draft, set) => draft.Limits = draft.Limits with { AnswerCacheBytes = set }),
        Number(null, "ports.sidecar_min_port", 21_000, 1, ushort.MaxValue, "lowest port given to a sidecar that names none", (draft, set) => draft.SidecarMinPort = (int)set),
        Number(null, "ports.sidecar_max_port", 21_255, 1, ushort.MaxValue, "highest port given to a sidecar that names none", (draft, set) => draft.SidecarMaxPort = (int)set),
        Switch(null, "translate_wan_addrs", false, "tell clients that addresses are translated for other datacenters; there is only one", (draft, set) => draft.TranslateWanAddresses = set),
    ];

    private static IEnumerable<Setting> SelfPreservation() =>
    [
        Switch(null, "preservation.enabled", true, "hold expiry when too many fall silent at once (Muster's own key, as all of this section)", (draft, set) => draft.Preservation = draft.Preservation with { Enabled = set }),
        Number(null, "preservation.threshold_percent", 15, 1, 100, "a hold begins when more than this share is missing; 100 is never", (draft, set) => draft.Preservation = draft.Preservation with { ThresholdPercent = (int)set }),
        Number(null, "preservation.min_expected", 20, 2, 1_000_000, "of fewer than this many nothing is concluded", (draft, set) => draft.Preservation = draft.Preservation with { MinExpected = (int)set }),
        Duration(null, "preservation.max_hold", "30m", "0s", "24h", "the longest hold, 0s for no end", (draft, set) => draft.Preservation = draft.Preservation with { MaxHold = set }),
        Duration(null, "preservation.window", "30s", "1s", "10m", "what is lost within this time counts as lost at once, and so long a share has to be back before a hold ends", (draft, set) => draft.Preservation = draft.Preservation with { Window = set }),
    ];

    private static void SetExemptClients(AgentDraft draft, SettingValue value)
    {
        if (!value.TryList(out List<string> texts))
        {
            return;
        }

        var networks = new List<IPNetwork>();
        foreach (string text in texts)
        {
            if (IPNetwork.TryParse(text, out IPNetwork network))
            {
                networks.Add(network);
            }
            else if (IPAddress.TryParse(text, out IPAddress? address))
            {
                networks.Add(new IPNetwork(address, address.GetAddressBytes().Length * 8));
            }
        }

        draft.Limits = draft.Limits with { ExemptClients = networks };
        if (networks.Count < texts.Count || networks.Count > MostExemptClients)
        {
            value.Refuse($"must be a list of at most {MostExemptClients} networks such as 10.0.0.0/8");
        }
    }
}
