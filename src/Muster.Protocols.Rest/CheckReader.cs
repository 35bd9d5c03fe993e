using System.Text.Json;
using Muster.Model;

namespace Muster.Protocols.Rest;

/// <summary>Reads a check of a registration.</summary>
internal static class CheckReader
{
    /// <summary>
    /// One bad answer is no proof: a check made here needs three before it is critical. The Consul API keeps Consul's
    /// default of one.
    /// </summary>
    private const int DefaultFailures = 3;

    /// <summary>Reads the check at a position of the list.</summary>
    public static CheckDefinition Read(JsonFields fields, InstanceDefinition instance, int position)
    {
        bool isHttp = fields.Has("http");
        if (isHttp == fields.Has("tcp"))
        {
            fields.Refuse(isHttp ? "tcp" : "http", "a check has exactly one of http and tcp");
        }

        int critical = fields.Number("failuresBeforeCritical", DefaultFailures, 1, 1000);
        int warning = fields.Number("failuresBeforeWarning", critical, 1, 1000);
        if (warning > critical)
        {
            fields.Refuse("failuresBeforeWarning", "must not be greater than failuresBeforeCritical");
        }

        string id = fields.Text("id", "", 256);
        string name = fields.Text("name", $"Service '{instance.Service}' check", 255);
        string target = fields.Text("tcp", "", 512);
        if (!isHttp && fields.Has("tcp") && !IsHostAndPort(target))
        {
            fields.Refuse("tcp", "must be host:port");
        }

        HttpProbe? http = ReadHttp(fields, isHttp);
        var check = new CheckDefinition
        {
            // the first check needs no id of its own: null stands for service:ID
            Id = id.Length > 0 && id != "service:" + instance.Id ? id : position == 0 || id.Length > 0 ? null : $"service:{instance.Id}:{position + 1}",
            Name = name,
            Notes = fields.Text("notes", "", 4096),
            Kind = isHttp ? CheckKind.Http : CheckKind.Tcp,
            Http = http,
            Target = isHttp ? null : new ProbeTarget(target),
            Interval = fields.Seconds("intervalSeconds", TimeSpan.FromSeconds(10), 1, 86400),
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

    private static HttpProbe? ReadHttp(JsonFields fields, bool isHttp)
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
            TlsServerName = fields.Text("tlsServerName", "", 255),
            TlsSkipVerify = fields.Switch("tlsSkipVerify"),
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
