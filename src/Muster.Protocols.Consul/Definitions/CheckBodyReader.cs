using System.Text;
using Muster.Protocols.Consul.Json;

namespace Muster.Protocols.Consul.Definitions;

/// <summary>
/// Decodes a check: inside a service, by itself, and in configuration files. Names are matched without case; every name
/// of several words may also be written with underscores, as configuration files do.
/// </summary>
internal static class CheckBodyReader
{
    private static readonly (string Names, FieldReader<CheckBody> Read)[] SharedFields =
    [
        ("ID|CheckID|check_id", static (ref json, check) => json.Read(ref check.Id, ".CheckID")),
        ("Name", static (ref json, check) => json.Read(ref check.Name, ".Name")),
        ("Status", static (ref json, check) => json.Read(ref check.Status, ".Status")),
        ("Notes", static (ref json, check) => json.Read(ref check.Notes, ".Notes")),
        ("ServiceID|service_id", static (ref json, check) => json.Read(ref check.ServiceId, ".ServiceID")),
        ("Token", static (ref json, check) => json.Read(ref check.Token, ".Token")),
        ("Namespace", static (ref json, check) => json.Read(ref check.Namespace, ".Namespace")),
        ("Partition", static (ref json, check) => json.Read(ref check.Partition, ".Partition")),
        ("Args|ScriptArgs|script_args", static (ref json, check) => json.Read(ref check.ScriptArguments, ".ScriptArgs")),
        ("HTTP", static (ref json, check) => json.Read(ref check.Http, ".HTTP")),
        ("Method", static (ref json, check) => json.Read(ref check.Method, ".Method")),
        ("Header", ReadHeaders),
        ("Body", static (ref json, check) => json.Read(ref check.RequestBody, ".Body")),
        ("TCP", static (ref json, check) => json.Read(ref check.Tcp, ".TCP")),
        ("TCPUseTLS|tcp_use_tls", static (ref json, check) => json.Read(ref check.TcpUseTls, ".TCPUseTLS")),
        ("UDP", static (ref json, check) => json.Read(ref check.Udp, ".UDP")),
        ("GRPC", static (ref json, check) => json.Read(ref check.Grpc, ".GRPC")),
        ("GRPCUseTLS|grpc_use_tls", static (ref json, check) => json.Read(ref check.GrpcUseTls, ".GRPCUseTLS")),
        ("H2PING", static (ref json, check) => json.Read(ref check.H2Ping, ".H2PING")),
        ("H2PingUseTLS|h2ping_use_tls", static (ref json, check) => json.Read(ref check.H2PingUseTls, ".H2PingUseTLS")),
        ("OSService|os_service", static (ref json, check) => ReadUnsupported(ref json, check, "OSService")),
        ("DockerContainerID|docker_container_id", static (ref json, check) => ReadUnsupported(ref json, check, "Docker")),
        ("AliasNode|alias_node", static (ref json, check) => json.Read(ref check.AliasNode, ".AliasNode")),
        ("AliasService|alias_service", static (ref json, check) => json.Read(ref check.AliasService, ".AliasService")),
        ("TLSServerName|tls_server_name", static (ref json, check) => json.Read(ref check.TlsServerName, ".TLSServerName")),
        ("TLSSkipVerify|tls_skip_verify", static (ref json, check) => json.Read(ref check.TlsSkipVerify, ".TLSSkipVerify")),
        ("Interval", static (ref json, check) => json.Read(ref check.Interval, ".Interval")),
        ("Timeout", static (ref json, check) => json.Read(ref check.Timeout, ".Timeout")),
        ("TTL", static (ref json, check) => json.Read(ref check.Ttl, ".TTL")),
        ("SuccessBeforePassing|success_before_passing", static (ref json, check) => json.Read(ref check.SuccessBeforePassing, ".SuccessBeforePassing")),
        ("FailuresBeforeWarning|failures_before_warning", static (ref json, check) => json.Read(ref check.FailuresBeforeWarning, ".FailuresBeforeWarning")),
        ("FailuresBeforeCritical|failures_before_critical", static (ref json, check) => json.Read(ref check.FailuresBeforeCritical, ".FailuresBeforeCritical")),
        ("DeregisterCriticalServiceAfter|deregister_critical_service_after", static (ref json, check) => json.Read(ref check.DeregisterAfter, ".DeregisterCriticalServiceAfter")),
        ("OutputMaxSize|output_max_size", static (ref json, check) => json.Read(ref check.OutputMaxSize, ".OutputMaxSize")),

        // redirects are never followed, and a shell only qualifies what is refused
        ("Shell|DisableRedirects|disable_redirects", static (ref json, _) => json.Skip()),
    ];

    private static readonly ObjectFields<CheckBody> Fields = new("structs.CheckType", SharedFields);

    /// <summary>A check definition as the catalog stores it: durations also under a longer name.</summary>
    private static readonly ObjectFields<CheckBody> StoredFields = new(
        "structs.HealthCheckDefinition",
        [
            .. SharedFields,
            ("IntervalDuration", static (ref json, check) => json.Read(ref check.Interval, ".Interval")),
            ("TimeoutDuration", static (ref json, check) => json.Read(ref check.Timeout, ".Timeout")),
            ("DeregisterCriticalServiceAfterDuration", static (ref json, check) => json.Read(ref check.DeregisterAfter, ".DeregisterCriticalServiceAfter")),
        ]);

    /// <summary>Reads one check; null for JSON's <c>null</c> and after an error.</summary>
    public static CheckBody? Read(ref GoJsonReader json)
    {
        var check = new CheckBody();
        return Fields.Read(ref json, check) ? check : null;
    }

    /// <summary>Reads the definition inside a catalog check; null for JSON's <c>null</c> and after an error.</summary>
    public static CheckBody? ReadStored(ref GoJsonReader json)
    {
        var check = new CheckBody();
        return StoredFields.Read(ref json, check) ? check : null;
    }

    private static void ReadUnsupported(ref GoJsonReader json, CheckBody check, string kind)
    {
        if (!json.Skip())
        {
            check.Unsupported = kind;
        }
    }

    private static void ReadHeaders(ref GoJsonReader json, CheckBody check)
    {
        if (!json.BeginObject(".Header", "map[string][]string"))
        {
            return;
        }

        var headers = new SortedPairs<IReadOnlyList<string>>();
        while (json.NextField(out ReadOnlySpan<byte> name) && json.HasRoom(headers.Items.Count, ".Header"))
        {
            string key = Encoding.UTF8.GetString(name);
            IReadOnlyList<string> values = [];
            json.Read(ref values, ".Header");
            headers.Set(key, values);
        }

        check.Headers = headers.Items;
    }
}
