using System.Collections.Frozen;

namespace Muster.Server.Configuration;

/// <summary>
/// What Consul's agent knows and Muster has no use for. It is accepted, so that an existing configuration starts, and
/// named in a warning, so that nobody believes in an effect it does not have.
/// </summary>
internal static class UnusedSettings
{
    /// <summary>What is said of a setting that would protect something.</summary>
    public const string NoAccessControl = "accepted and ignored: Muster has no tokens, access control or encryption yet";
    private const string NoEffect = "accepted, has no effect in Muster";

    private static readonly FrozenSet<string> s_security = Set(
        "acl acl_agent_master_token acl_agent_token acl_datacenter acl_default_policy acl_down_policy acl_enable_key_list_policy " +
        "acl_enforce_version_8 acl_master_token acl_replication_token acl_token acl_ttl auto_config auto_encrypt ca_file ca_path " +
        "cert_file enable_acl_replication enable_agent_tls_for_checks encrypt encrypt_verify_incoming encrypt_verify_outgoing " +
        "key_file ports.https tls tls_cipher_suites tls_min_version tls_prefer_server_cipher_suites tokens verify_incoming " +
        "verify_incoming_https verify_incoming_rpc verify_outgoing verify_server_hostname");

    private static readonly FrozenSet<string> s_others = Set(
        "addresses advertise_addr_ipv4 advertise_addr_ipv6 advertise_addr_wan advertise_reconnect_timeout audit auto_reload_config " +
        "autopilot cache check_output_max_size check_update_interval cloud config_entries connect default_intention_policy disable_anonymous_signature " +
        "disable_coordinates disable_host_node_id disable_http_unprintable_char_filter disable_keyring_file disable_remote_exec disable_update_check " +
        "discard_check_output discovery_max_stale dns_config.allow_stale dns_config.cache_max_age dns_config.disable_compression " +
        "dns_config.max_stale " +
        "dns_config.prefer_namespace dns_config.use_cache " +
        "enable_central_service_config enable_debug enable_syslog experiments gossip_lan gossip_wan http_config leave_on_terminate " +
        "license_path limits.http2_max_streams limits.https_handshake_timeout limits.kv_max_value_size limits.request_limits " +
        "limits.rpc_client_timeout limits.rpc_handshake_timeout limits.rpc_max_burst limits.rpc_max_conns_per_client limits.rpc_rate " +
        "limits.txn_max_req_len locality log_file log_rotate_bytes log_rotate_duration log_rotate_max_files " +
        "non_voting_server partition peering performance ports.expose_max_port ports.expose_min_port ports.grpc ports.grpc_tls " +
        "ports.serf_lan ports.serf_wan ports.server primary_datacenter " +
        "primary_gateways primary_gateways_interval protocol raft_boltdb raft_logstore raft_protocol raft_snapshot_interval " +
        "raft_snapshot_threshold raft_trailing_logs read_replica reconnect_timeout reconnect_timeout_wan rejoin_after_leave " +
        "reporting retry_interval retry_interval_wan retry_max retry_max_wan rpc segment segments serf_lan serf_lan_allowed_cidrs " +
        "serf_wan serf_wan_allowed_cidrs server_rejoin_age_max session_ttl_min skip_leave_on_interrupt syslog_facility " +
        "telemetry.circonus_api_app telemetry.circonus_api_token telemetry.circonus_api_url telemetry.circonus_broker_id telemetry.circonus_broker_select_tag " +
        "telemetry.circonus_check_display_name telemetry.circonus_check_force_metric_activation telemetry.circonus_check_id " +
        "telemetry.circonus_check_instance_id telemetry.circonus_check_search_tag telemetry.circonus_check_tags " +
        "telemetry.circonus_submission_interval telemetry.circonus_submission_url telemetry.disable_compat_1.9 " +
        "telemetry.disable_hostname telemetry.disable_per_tenancy_usage_metrics telemetry.dogstatsd_addr telemetry.dogstatsd_tags " +
        "telemetry.enable_host_metrics telemetry.filter_default telemetry.metrics_prefix telemetry.prefix_filter " +
        "telemetry.retry_failed_connection telemetry.statsd_address telemetry.statsite_address " +
        "ui ui_config ui_content_path ui_dir unix_sockets use_streaming_backend watches xds");

    private static readonly FrozenSet<string> s_switchFlags = Set(
        "auto-reload-config disable-host-node-id disable-keyring-file non-voting-server read-replica rejoin syslog ui");

    private static readonly FrozenSet<string> s_valueFlags = Set(
        "advertise-wan check_output_max_size allow-write-http-from config-format encrypt grpc-port grpc-tls-port https-port log-file log-rotate-bytes " +
        "log-rotate-duration log-rotate-max-files primary-gateway protocol raft-protocol retry-interval retry-interval-wan " +
        "retry-max retry-max-wan segment serf-lan-allowed-cidrs serf-lan-bind serf-lan-port serf-wan-allowed-cidrs serf-wan-bind " +
        "serf-wan-port server-port ui-content-path ui-dir");

    /// <summary>Why a key of Consul's has no effect; null for a key that Consul does not know either.</summary>
    public static string? WhyKey(string key) =>
        s_security.Contains(key) ? NoAccessControl
        : s_others.Contains(key) ? NoEffect
        : null;

    /// <summary>Why a flag of Consul's has no effect; null for a flag that Consul does not know either.</summary>
    public static string? WhyFlag(string flag, out bool isSwitch)
    {
        isSwitch = s_switchFlags.Contains(flag);
        return !isSwitch && !s_valueFlags.Contains(flag) ? null
            : flag is "encrypt" or "https-port" ? NoAccessControl
            : NoEffect;
    }

    private static FrozenSet<string> Set(string words) => words.Split(' ').ToFrozenSet(StringComparer.Ordinal);
}
