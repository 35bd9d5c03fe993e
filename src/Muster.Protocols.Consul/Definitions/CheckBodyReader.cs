using System.Text;
using Muster.Protocols.Consul.Json;

namespace Muster.Protocols.Consul.Definitions;

/// <summary>
/// Decodes a check: inside a service, by itself, and in configuration files. Names are matched without case; every name
/// of several words may also be written with underscores, as configuration files do.
/// </summary>
internal static class CheckBodyReader
{
    private enum Field
    {
        Id, Name, Status, Notes, ServiceId, Token, Namespace, Partition, Script, Shell, Http, Method, Header, Body,
        DisableRedirects, Tcp, TcpUseTls, Udp, Grpc, GrpcUseTls, H2Ping, H2PingUseTls, OsService, Docker, AliasNode,
        AliasService, TlsServerName, TlsSkipVerify, Interval, Timeout, Ttl, SuccessBeforePassing, FailuresBeforeWarning,
        FailuresBeforeCritical, DeregisterAfter, OutputMaxSize,
    }

    private static readonly FieldNames Fields = new(
        ("ID", (int)Field.Id), ("CheckID", (int)Field.Id), ("check_id", (int)Field.Id), ("Name", (int)Field.Name),
        ("Status", (int)Field.Status), ("Notes", (int)Field.Notes), ("ServiceID", (int)Field.ServiceId),
        ("service_id", (int)Field.ServiceId), ("Token", (int)Field.Token), ("Namespace", (int)Field.Namespace),
        ("Partition", (int)Field.Partition), ("Args", (int)Field.Script), ("ScriptArgs", (int)Field.Script),
        ("script_args", (int)Field.Script), ("Shell", (int)Field.Shell), ("HTTP", (int)Field.Http),
        ("Method", (int)Field.Method), ("Header", (int)Field.Header), ("Body", (int)Field.Body),
        ("DisableRedirects", (int)Field.DisableRedirects), ("disable_redirects", (int)Field.DisableRedirects),
        ("TCP", (int)Field.Tcp), ("TCPUseTLS", (int)Field.TcpUseTls), ("tcp_use_tls", (int)Field.TcpUseTls),
        ("UDP", (int)Field.Udp), ("GRPC", (int)Field.Grpc), ("GRPCUseTLS", (int)Field.GrpcUseTls),
        ("grpc_use_tls", (int)Field.GrpcUseTls), ("H2PING", (int)Field.H2Ping), ("H2PingUseTLS", (int)Field.H2PingUseTls),
        ("h2ping_use_tls", (int)Field.H2PingUseTls), ("OSService", (int)Field.OsService), ("os_service", (int)Field.OsService),
        ("DockerContainerID", (int)Field.Docker), ("docker_container_id", (int)Field.Docker),
        ("AliasNode", (int)Field.AliasNode), ("alias_node", (int)Field.AliasNode),
        ("AliasService", (int)Field.AliasService), ("alias_service", (int)Field.AliasService),
        ("TLSServerName", (int)Field.TlsServerName), ("tls_server_name", (int)Field.TlsServerName),
        ("TLSSkipVerify", (int)Field.TlsSkipVerify), ("tls_skip_verify", (int)Field.TlsSkipVerify),
        ("Interval", (int)Field.Interval), ("Timeout", (int)Field.Timeout), ("TTL", (int)Field.Ttl),
        ("SuccessBeforePassing", (int)Field.SuccessBeforePassing),
        ("success_before_passing", (int)Field.SuccessBeforePassing),
        ("FailuresBeforeWarning", (int)Field.FailuresBeforeWarning),
        ("failures_before_warning", (int)Field.FailuresBeforeWarning),
        ("FailuresBeforeCritical", (int)Field.FailuresBeforeCritical),
        ("failures_before_critical", (int)Field.FailuresBeforeCritical),
        ("DeregisterCriticalServiceAfter", (int)Field.DeregisterAfter),
        ("deregister_critical_service_after", (int)Field.DeregisterAfter),
        ("OutputMaxSize", (int)Field.OutputMaxSize), ("output_max_size", (int)Field.OutputMaxSize));

    /// <summary>The names of a check definition as the catalog stores it: durations also under a longer name.</summary>
    private static readonly FieldNames StoredFields = new(
        ("IntervalDuration", (int)Field.Interval), ("TimeoutDuration", (int)Field.Timeout),
        ("DeregisterCriticalServiceAfterDuration", (int)Field.DeregisterAfter));

    /// <summary>Reads one check; null for JSON's <c>null</c> and after an error.</summary>
    public static CheckBody? Read(ref GoJsonReader json) => Read(ref json, "structs.CheckType", null);

    /// <summary>Reads the definition inside a catalog check; null for JSON's <c>null</c> and after an error.</summary>
    public static CheckBody? ReadStored(ref GoJsonReader json) => Read(ref json, "structs.HealthCheckDefinition", StoredFields);

    private static CheckBody? Read(ref GoJsonReader json, string type, FieldNames? more)
    {
        if (!json.BeginObject("", type))
        {
            return null;
        }

        var check = new CheckBody();
        while (json.NextField(out ReadOnlySpan<byte> name))
        {
            int known = Fields.Find(name);
            Field field = (Field)(known >= 0 || more is null ? known : more.Find(name));
            if (!ReadText(ref json, check, field) && !ReadNumber(ref json, check, field)
                && !ReadSwitch(ref json, check, field) && !ReadOther(ref json, check, field))
            {
                json.UnknownField(name);
            }
        }

        return json.Failed ? null : check;
    }

    private static bool ReadText(ref GoJsonReader json, CheckBody check, Field field)
    {
        switch (field)
        {
            case Field.Id:
                Text(ref json, check, ref check.Id, ".CheckID");
                return true;
            case Field.Name:
                Text(ref json, check, ref check.Name, ".Name");
                return true;
            case Field.Status:
                Text(ref json, check, ref check.Status, ".Status");
                return true;
            case Field.Notes:
                Text(ref json, check, ref check.Notes, ".Notes");
                return true;
            case Field.ServiceId:
                Text(ref json, check, ref check.ServiceId, ".ServiceID");
                return true;
            case Field.Namespace:
                Text(ref json, check, ref check.Namespace, ".Namespace");
                return true;
            case Field.Partition:
                Text(ref json, check, ref check.Partition, ".Partition");
                return true;
            case Field.Http:
                Text(ref json, check, ref check.Http, ".HTTP");
                return true;
            case Field.Method:
                Text(ref json, check, ref check.Method, ".Method");
                return true;
            case Field.Body:
                Text(ref json, check, ref check.RequestBody, ".Body");
                return true;
            case Field.Tcp:
                Text(ref json, check, ref check.Tcp, ".TCP");
                return true;
            case Field.Udp:
                Text(ref json, check, ref check.Udp, ".UDP");
                return true;
            case Field.Grpc:
                Text(ref json, check, ref check.Grpc, ".GRPC");
                return true;
            case Field.H2Ping:
                Text(ref json, check, ref check.H2Ping, ".H2PING");
                return true;
            case Field.AliasNode:
                Text(ref json, check, ref check.AliasNode, ".AliasNode");
                return true;
            case Field.AliasService:
                Text(ref json, check, ref check.AliasService, ".AliasService");
                return true;
            case Field.TlsServerName:
                Text(ref json, check, ref check.TlsServerName, ".TLSServerName");
                return true;
            default:
                return false;
        }
    }

    private static bool ReadNumber(ref GoJsonReader json, CheckBody check, Field field)
    {
        switch (field)
        {
            case Field.Interval:
                Duration(ref json, check, ref check.Interval, ".Interval");
                return true;
            case Field.Timeout:
                Duration(ref json, check, ref check.Timeout, ".Timeout");
                return true;
            case Field.Ttl:
                Duration(ref json, check, ref check.Ttl, ".TTL");
                return true;
            case Field.DeregisterAfter:
                Duration(ref json, check, ref check.DeregisterAfter, ".DeregisterCriticalServiceAfter");
                return true;
            case Field.SuccessBeforePassing:
                Number(ref json, check, ref check.SuccessBeforePassing, ".SuccessBeforePassing");
                return true;
            case Field.FailuresBeforeWarning:
                Number(ref json, check, ref check.FailuresBeforeWarning, ".FailuresBeforeWarning");
                return true;
            case Field.FailuresBeforeCritical:
                Number(ref json, check, ref check.FailuresBeforeCritical, ".FailuresBeforeCritical");
                return true;
            case Field.OutputMaxSize:
                Number(ref json, check, ref check.OutputMaxSize, ".OutputMaxSize");
                return true;
            default:
                return false;
        }
    }

    private static bool ReadSwitch(ref GoJsonReader json, CheckBody check, Field field)
    {
        switch (field)
        {
            case Field.TlsSkipVerify:
                json.Read(ref check.TlsSkipVerify, ".TLSSkipVerify");
                check.IsEmpty &= !check.TlsSkipVerify;
                return true;
            case Field.TcpUseTls:
                json.Read(ref check.TcpUseTls, ".TCPUseTLS");
                check.IsEmpty &= !check.TcpUseTls;
                return true;
            case Field.GrpcUseTls:
                json.Read(ref check.GrpcUseTls, ".GRPCUseTLS");
                check.IsEmpty &= !check.GrpcUseTls;
                return true;
            case Field.H2PingUseTls:
                json.Read(ref check.H2PingUseTls, ".H2PingUseTLS");
                return true;
            default:
                return false;
        }
    }

    private static bool ReadOther(ref GoJsonReader json, CheckBody check, Field field)
    {
        switch (field)
        {
            case Field.Header:
                ReadHeaders(ref json, check);
                return true;
            case Field.Script:
                json.Read(ref check.ScriptArguments, ".ScriptArgs");
                check.IsEmpty &= !check.IsScript;
                return true;
            case Field.Token:
                json.Read(ref check.Token, ".Token");
                return true;
            case Field.Shell or Field.DisableRedirects:
                // redirects are never followed, and a shell only qualifies what is refused
                json.Skip();
                return true;
            default:
                if (UnsupportedName(field) is not { } kind)
                {
                    return false;
                }

                if (!json.Skip())
                {
                    check.Unsupported = kind;
                    check.IsEmpty = false;
                }

                return true;
        }
    }

    private static string? UnsupportedName(Field field) => field switch
    {
        Field.OsService => "OSService",
        Field.Docker => "Docker",
        _ => null,
    };

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
        check.IsEmpty &= headers.Items.Count == 0;
    }

    private static void Text(ref GoJsonReader json, CheckBody check, ref string target, string field)
    {
        json.Read(ref target, field);
        check.IsEmpty &= target.Length == 0;
    }

    private static void Number(ref GoJsonReader json, CheckBody check, ref long target, string field)
    {
        json.Read(ref target, field);
        check.IsEmpty &= target == 0;
    }

    private static void Duration(ref GoJsonReader json, CheckBody check, ref TimeSpan target, string field)
    {
        json.Read(ref target, field);
        check.IsEmpty &= target == TimeSpan.Zero;
    }
}
