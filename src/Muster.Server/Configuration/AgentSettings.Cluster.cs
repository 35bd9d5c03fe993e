using Muster.Cluster.Sockets;

namespace Muster.Server.Configuration;

internal static partial class AgentSettings
{
    private const string Targets = "`host` or `host:port`; a name may stand for several addresses";

    private static IEnumerable<Setting> Cluster() =>
    [
        Switch("server", "server", true, "accepted; every agent is a server and joins others as an equal", (draft, set) => draft.Server = set),
        Switch("bootstrap", "bootstrap", false, "shown as a tag of the member, no more: there is no leader to be", (draft, set) => draft.Cluster.Bootstrap = set),
        Number("bootstrap-expect", "bootstrap_expect", 1, 0, MostServers, "how many servers the cluster has when all is well: a majority is never reckoned from fewer", (draft, set) => draft.Cluster.ExpectedServers = (int)set),
        List("retry-join", "retry_join", Targets, "servers to join, tried again until one answers; the flag may be repeated", (draft, set) => draft.Cluster.RetryJoin.AddRange(set)),
        List("join", "start_join", Targets, "servers to join; when none answers in 10 s, the agent does not start. The flag may be repeated", (draft, set) => draft.Cluster.StartJoin.AddRange(set)),
        Duration("retry-interval", "retry_interval", "5s", "1s", "1h", "time between two attempts to join", (draft, set) => draft.Cluster.RetryInterval = set),
        Number("retry-max", "retry_max", 0, 0, 1_000_000, "attempts to join before the agent gives up and ends with code 1, 0 for no bound", (draft, set) => draft.Cluster.RetryMax = (int)set),
        Text("encrypt", "encrypt", "the variable `MUSTER_ENCRYPT`", "at least 16 characters", "the secret that all servers of the cluster share and prove to know; required when peers come from other machines", (draft, set) => draft.Cluster.Secret = set),
        Text(null, "encrypt_file", "none", "a file", "holds that secret, instead of `encrypt` (Muster's own key)", (draft, set) => draft.Cluster.SecretFile = set),
        Address("serf-lan-bind", "serf_lan", "bind_addr", "where peers are expected", (draft, set) => draft.Cluster.PeerAddress = set),
        new("serf-lan-port", "ports.serf_lan", "8301", "0 to 65535", "TCP port for peers, and the one of `retry_join` targets that name none; 0 lets the system choose", (draft, value) =>
        {
            if (value.TryNumber(0, 65535, out long port))
            {
                draft.Cluster.PeerPort = (int)port;
            }
        }),
        Text(null, "ca_file", "none", "a PEM file", "certificate authority of the peers; with `cert_file` and `key_file` they speak TLS, both sides with certificates of this authority", (draft, set) => draft.Cluster.CaFile = set),
        Text(null, "cert_file", "none", "a PEM file", "this server's certificate among peers: for `server.<datacenter>.<domain>`, or for the name or address peers use", (draft, set) => draft.Cluster.CertFile = set),
        Text(null, "key_file", "none", "a PEM file", "the key of that certificate", (draft, set) => draft.Cluster.KeyFile = set),
        Switch("rejoin", "rejoin_after_leave", false, "after `muster leave`, look for the former cluster at the next start; after a crash or a stop that happens anyhow", (draft, set) => draft.Cluster.Rejoin = set),
        Switch(null, "leave_on_terminate", false, "SIGTERM means `muster leave`", (draft, set) => draft.Cluster.LeaveOnTerminate = set),
        Switch(null, "skip_leave_on_interrupt", true, "SIGINT does not mean `muster leave`", (draft, set) => draft.Cluster.LeaveOnInterrupt = !set),
        Duration(null, "owner_timeout", "10s", "5s", "10m", "time after which the instances of a silent server are adopted by others (Muster's own key)", (draft, set) => draft.Cluster.OwnerTimeout = set),
        Duration(null, "isolated_timeout", "30m", "0s", "72h", "how long a server that sees no majority adopts nothing, `0s` for ever (Muster's own key)", (draft, set) => draft.Cluster.IsolatedTimeout = set),
        Duration(null, "tombstone_age", "1h", "10m", "72h", "how long deregistrations are remembered; while a server is missing that did not leave, 72 h; the same on all servers (Muster's own key)", (draft, set) => draft.Cluster.TombstoneAge = set),
        new("join-wan", "start_join_wan", "none", "none", "refuses to start: there is one datacenter", RefuseToJoin),
        new("retry-join-wan", "retry_join_wan", "none", "none", "refuses to start: there is one datacenter", RefuseToJoin),
    ];

    private static Setting List(string? flag, string key, string range, string meaning, Action<AgentDraft, List<string>> apply) =>
        new(flag, key, "none", range, meaning, (draft, value) =>
        {
            if (!value.TryList(out List<string> targets))
            {
                return;
            }

            foreach (string target in targets)
            {
                if (target.Contains("provider=", StringComparison.Ordinal))
                {
                    draft.Error($"{value.Source}: Muster asks no cloud for addresses; name hosts instead, got \"{target}\"");
                }
                else if (!PeerTarget.TryParse(target, ClusterDraft.DefaultPort, out _))
                {
                    value.Refuse("must be host or host:port");
                }
            }

            apply(draft, targets);
        });

    private static void RefuseToJoin(AgentDraft draft, SettingValue value)
    {
        // an empty list in a file asks for nothing
        if (value.TryList(out List<string> servers) && servers.Count > 0)
        {
            draft.Error($"{value.Source}: Muster has one datacenter and cannot join others; remove it to start");
        }
    }
}
