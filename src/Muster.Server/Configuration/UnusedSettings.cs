using System.Collections.Frozen;

namespace Muster.Server.Configuration;

/// <summary>
/// What Consul's agent knows and Muster has no use for. It is accepted, so that an existing configuration starts, and
/// named in a warning with the reason, so that nobody believes in an effect it does not have.
/// </summary>
internal static class UnusedSettings
{
    /// <summary>What is said of a setting that would protect something.</summary>
    public const string NoAccessControl = "accepted and ignored: Muster has no tokens, no access control and no HTTPS yet";

    /// <summary>The reasons, and what each is said of. Flags that end in <c>!</c> are switches.</summary>
    public static IReadOnlyList<UnusedGroup> Groups { get; } =
    [
        new(NoAccessControl,
            "acl acl_agent_master_token acl_agent_token acl_datacenter acl_default_policy acl_down_policy acl_enable_key_list_policy " +
            "acl_enforce_version_8 acl_master_token acl_replication_token acl_token acl_ttl auto_config auto_encrypt ca_path " +
            "enable_acl_replication enable_agent_tls_for_checks encrypt_verify_incoming encrypt_verify_outgoing " +
            "http_config limits.https_handshake_timeout ports.https tls tls_cipher_suites tls_min_version tls_prefer_server_cipher_suites tokens " +
            "verify_incoming verify_incoming_https verify_incoming_rpc verify_outgoing verify_server_hostname",
            "allow-write-http-from https-port"),
        new("has no effect: Muster has one datacenter, and its servers talk over one TCP port each, without gossip",
            "advertise_addr_ipv4 advertise_addr_ipv6 advertise_addr_wan advertise_reconnect_timeout disable_coordinates disable_keyring_file disable_remote_exec gossip_lan " +
            "gossip_wan ports.rpc ports.serf_wan ports.server primary_datacenter protocol reconnect_timeout reconnect_timeout_wan " +
            "retry_interval_wan retry_max_wan serf_lan_allowed_cidrs serf_wan serf_wan_allowed_cidrs " +
            "server_rejoin_age_max ",
            "advertise-wan disable-keyring-file! protocol retry-interval-wan retry-max-wan serf-lan-allowed-cidrs " +
            "serf-wan-allowed-cidrs serf-wan-bind serf-wan-port server-port"),
        new("has no effect: Muster has no Raft and no leader",
            "autopilot limits.request_limits limits.rpc_client_timeout limits.rpc_handshake_timeout limits.rpc_max_burst limits.rpc_max_conns_per_client limits.rpc_rate " +
            "non_voting_server performance raft_boltdb raft_logstore raft_protocol raft_snapshot_interval raft_snapshot_threshold raft_trailing_logs read_replica rpc",
            "non-voting-server! raft-protocol read-replica!"),
        new("has no effect: Muster has no service mesh yet",
            "config_entries connect default_intention_policy enable_central_service_config peering ports.expose_max_port ports.expose_min_port ports.grpc " +
            "ports.grpc_tls ports.proxy_max_port ports.proxy_min_port primary_gateways primary_gateways_interval xds",
            "grpc-port grpc-tls-port primary-gateway"),
        new("has no effect: Muster has no key/value store, sessions or events yet",
            "limits.kv_max_value_size limits.txn_max_req_len session_ttl_min", ""),
        new("has no effect: Muster has no web console yet", "ui ui_config ui_content_path ui_dir", "ui! ui-content-path ui-dir"),
        new("has no effect: Muster logs to standard error; have the service manager keep it",
            "enable_syslog log_file log_rotate_bytes log_rotate_duration log_rotate_max_files syslog_facility",
            "log-file log-rotate-bytes log-rotate-duration log-rotate-max-files syslog!"),
        new("has no effect: Consul has it in its Enterprise version only",
            "audit license_path partition reporting segment segments", "partition segment"),
        new("has no effect: Muster sends no metrics anywhere; have them fetched from /metrics",
            "telemetry.circonus_api_app telemetry.circonus_api_token telemetry.circonus_api_url telemetry.circonus_broker_id telemetry.circonus_broker_select_tag " +
            "telemetry.circonus_check_display_name telemetry.circonus_check_force_metric_activation telemetry.circonus_check_id " +
            "telemetry.circonus_check_instance_id telemetry.circonus_check_search_tag telemetry.circonus_check_tags " +
            "telemetry.circonus_submission_interval telemetry.circonus_submission_url telemetry.disable_compat_1.9 " +
            "telemetry.disable_hostname telemetry.disable_per_tenancy_usage_metrics telemetry.dogstatsd_addr telemetry.dogstatsd_tags " +
            "telemetry.enable_host_metrics telemetry.filter_default telemetry.metrics_prefix telemetry.prefix_filter " +
            "telemetry.retry_failed_connection telemetry.statsd_address telemetry.statsite_address", ""),
        new("has no effect: send SIGHUP, or PUT /v1/agent/reload, after a change", "auto_reload_config", "auto-reload-config!"),
        new("has no effect: a service says with OutputMaxSize how much output its check keeps, 4 KiB unless it does",
            "check_output_max_size check_update_interval discard_check_output", "check_output_max_size"),
        new("has no effect in Muster",
            "addresses.grpc addresses.grpc_tls addresses.https cache cloud disable_anonymous_signature disable_host_node_id disable_http_unprintable_char_filter " +
            "disable_update_check discovery_max_stale dns_config.allow_stale dns_config.cache_max_age dns_config.disable_compression dns_config.max_stale " +
            "dns_config.prefer_namespace dns_config.use_cache enable_debug experiments limits.http2_max_streams locality unix_sockets use_streaming_backend watches",
            "disable-host-node-id!"),
    ];

    private static readonly FrozenDictionary<string, string> s_keys = Reasons(static group => group.Keys);
    private static readonly FrozenDictionary<string, string> s_flags = Reasons(static group => group.Flags);

    /// <summary>Why a key of Consul's has no effect; null for a key that Consul does not know either.</summary>
    public static string? WhyKey(string key) => s_keys.GetValueOrDefault(key);

    /// <summary>Why a flag of Consul's has no effect; null for a flag that Consul does not know either.</summary>
    public static string? WhyFlag(string flag, out bool isSwitch)
    {
        isSwitch = s_flags.TryGetValue(flag + "!", out string? why);
        return why ?? s_flags.GetValueOrDefault(flag);
    }

    private static FrozenDictionary<string, string> Reasons(Func<UnusedGroup, string> words) =>
        Groups.SelectMany(group => words(group).Split(' ', StringSplitOptions.RemoveEmptyEntries), (group, word) => (word, group.Why))
            .ToFrozenDictionary(pair => pair.word, pair => pair.Why, StringComparer.Ordinal);
}
