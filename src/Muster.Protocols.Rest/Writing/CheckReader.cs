using System.Text.Json;
using Muster.Model;

namespace Muster.Protocols.Rest.Writing;

/// <summary>Reads a check of a registration.</summary>
internal static class CheckReader
{
    /// <summary>
    /// One bad answer is no proof: a check made here needs three before it is critical. The Consul API keeps Consul's
    /// default of one.
    /// </summary>
    private const int DefaultFailures = 3;

    /// <summary>The members that say what kind a check is.</summary>
    private static readonly (string Member, CheckKind Kind)[] Kinds =
    [
        ("http", CheckKind.Http), ("tcp", CheckKind.Tcp), ("udp", CheckKind.Udp), ("grpc", CheckKind.Grpc),
        ("h2ping", CheckKind.H2Ping), ("aliasService", CheckKind.Alias),
    ];

    /// <summary>Reads the check at a position of the list.</summary>
    public static CheckDefinition Read(JsonFields fields, InstanceDefinition instance, int position)
    {
        CheckKind kind = ReadKind(fields);
        int critical = fields.Number("failuresBeforeCritical", DefaultFailures, 1, 1000);
        int warning = fields.Number("failuresBeforeWarning", critical, 1, 1000);
        if (warning > critical)
        {
            fields.Refuse("failuresBeforeWarning", "must not be greater than failuresBeforeCritical");
        }

        string id = fields.Text("id", "", 256);
        string name = fields.Text("name", $"Service '{instance.Service}' check", 255);
        var tls = new ProbeTls { ServerName = fields.Text("tlsServerName", "", 255), SkipVerify = fields.Switch("tlsSkipVerify") };
        HttpProbe? http = ReadHttp(fields, kind == CheckKind.Http, tls);
        TimeSpan interval = fields.Seconds("intervalSeconds", TimeSpan.FromSeconds(10), 1, 86400);
        var check = new CheckDefinition
        {
            // the first check needs no id of its own: null stands for service:ID
            Id = id.Length > 0 && id != "service:" + instance.Id ? id : position == 0 || id.Length > 0 ? null : $"service:{instance.Id}:{position + 1}",
            Name = name,
            Notes = fields.Text("notes", "", 4096),
            Kind = kind,
            Http = http,
            Target = ReadTarget(fields, kind, tls),
            Alias = ReadAlias(fields, kind),
            Interval = kind == CheckKind.Alias ? TimeSpan.Zero : interval,
            Timeout = fields.Seconds("timeoutSeconds", TimeSpan.FromSeconds(10), 0.1, 600),
            SuccessBeforePassing = fields.Number("successBeforePassing", 1, 1, 1000),
            FailuresBeforeWarning = warning,
            FailuresBeforeCritical = critical,
            DeregisterAfter = fields.Seconds("deregisterAfterSeconds", TimeSpan.Zero, 1, 2_592_000, zeroIsNone: true),
            InitialStatus = ReadStatus(fields),
        };
        fields.RefuseOthers();
        return check;
    }

    private static CheckKind ReadKind(JsonFields fields)
    {
        (string Member, CheckKind Kind)[] asked = [.. Kinds.Where(kind => fields.Has(kind.Member))];
        if (asked.Length != 1)
        {
            string members = string.Join(", ", Kinds[..^1].Select(kind => kind.Member)) + " and " + Kinds[^1].Member;
            fields.Refuse(asked.Length == 0 ? Kinds[0].Member : asked[1].Member, $"a check has exactly one of {members}");
        }

        return asked.Length == 0 ? CheckKind.Tcp : asked[0].Kind;
    }

    /// <summary>Reads every member that may hold a target, so that each is known; only the kind's own counts.</summary>
    private static ProbeTarget? ReadTarget(JsonFields fields, CheckKind kind, ProbeTls tls)
    {
        bool useTls = fields.Switch("useTls");
        ProbeTarget? target = null;
        foreach ((string member, CheckKind other) in Kinds)
        {
            if (other is CheckKind.Http or CheckKind.Alias)
            {
                continue;
            }

            string address = fields.Text(member, "", 512);
            if (other == kind && fields.Has(member))
            {
                target = new ProbeTarget(address) { Tls = useTls && kind != CheckKind.Udp ? tls : null };
                int slash = kind == CheckKind.Grpc ? address.IndexOf('/', StringComparison.Ordinal) : -1;
                if (!IsHostAndPort(slash < 0 ? address : address[..slash]))
                {
                    fields.Refuse(member, kind == CheckKind.Grpc ? "must be host:port or host:port/service" : "must be host:port");
                }
            }
        }

        return target;
    }

    private static AliasTarget? ReadAlias(JsonFields fields, CheckKind kind)
    {
        var target = new AliasTarget(fields.Text("aliasNode", "", 128), fields.Text("aliasService", "", 256));
        if (kind == CheckKind.Alias && target.ServiceId.Length == 0)
        {
            fields.Refuse("aliasService", "must be the id of an instance");
        }

        return kind == CheckKind.Alias ? target : null;
    }

    private static HttpProbe? ReadHttp(JsonFields fields, bool isHttp, ProbeTls tls)
    {
        string url = fields.Text("http", "", 2048);
        if (isHttp && !(Uri.TryCreate(url, UriKind.Absolute, out Uri? parsed) && parsed.Scheme is "http" or "https"))
        {
            fields.Refuse("http", "must be an http or https URL");
        }

        var probe = new HttpProbe(url)
        {
            Method = fields.Text("method", "GET", 32).ToUpperInvariant(),
            Headers = ReadHeaders(fields),
            Body = fields.Text("body", "", 65536),
            TlsServerName = tls.ServerName,
            TlsSkipVerify = tls.SkipVerify,
        };
        if (probe.Method.Length == 0 || !probe.Method.All(char.IsAsciiLetter))
        {
            fields.Refuse("method", "must be an HTTP method");
        }

        return isHttp ? probe : null;
    }

    private static List<KeyValuePair<string, IReadOnlyList<string>>> ReadHeaders(JsonFields fields)
    {
        var headers = new List<KeyValuePair<string, IReadOnlyList<string>>>();
        foreach ((string name, JsonElement value) in fields.Members("headers", 64))
        {
            if (value.ValueKind == JsonValueKind.Array && IsToken(name) && value.EnumerateArray().All(IsHeaderValue))
            {
                headers.Add(new(name, [.. value.EnumerateArray().Select(item => item.GetString()!)]));
            }
            else
            {
                fields.Refuse("headers." + name, "must be a list of texts in one line each");
            }
        }

        return headers;
    }

    private static bool IsToken(string name) => name.Length > 0 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || "!#$%&'*+-.^_`|~".Contains(letter, StringComparison.Ordinal));

    private static bool IsHeaderValue(JsonElement item) => item.ValueKind == JsonValueKind.String && !item.GetString()!.Any(char.IsControl);

    private static HealthStatus ReadStatus(JsonFields fields)
    {
        if (!HealthStatusText.TryParse(fields.Text("initialStatus", "critical", 16), out HealthStatus status))
        {
            fields.Refuse("initialStatus", "must be passing, warning or critical");
        }

        return status;
    }

    private static bool IsHostAndPort(string target)
    {
        int colon = target.LastIndexOf(':');
        return colon > 0 && ushort.TryParse(target.AsSpan(colon + 1), out ushort port) && port > 0
            && (target[0] == '[' ? target[colon - 1] == ']' : !target.AsSpan(0, colon).Contains(':'));
    }
}
