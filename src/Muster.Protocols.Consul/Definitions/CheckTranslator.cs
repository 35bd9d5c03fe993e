using Muster.Model;

namespace Muster.Protocols.Consul.Definitions;

/// <summary>Checks a check body by Consul's rules, in Consul's order and words, and puts it into the model's.</summary>
internal static class CheckTranslator
{
    private const int LargestOutput = 4096;
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(1);

    /// <summary>What is wrong by the rules about which fields go together; null when nothing is.</summary>
    public static DefinitionProblem? Validate(CheckBody check)
    {
        bool isAlias = check.Unsupported == "Alias";
        bool isProbe = check.IsScript || check.Http.Length > 0 || check.Tcp.Length > 0 || (check.Unsupported is not null && !isAlias);
        string? problem =
            check.Interval > TimeSpan.Zero && check.Ttl > TimeSpan.Zero ? "Interval and TTL cannot both be specified"
            : isProbe && check.Interval <= TimeSpan.Zero ? "Interval must be > 0 for Script, HTTP, H2PING, TCP, UDP or OSService checks"
            : isAlias && check.Interval > TimeSpan.Zero ? "Interval cannot be set for Alias checks"
            : isAlias && check.Ttl > TimeSpan.Zero ? "TTL must be not be set for Alias checks"
            : !isProbe && !isAlias && check.Ttl <= TimeSpan.Zero ? "TTL must be > 0 for TTL checks"
            : check.OutputMaxSize < 0 ? "MaxOutputMaxSize must be positive"
            : check.FailuresBeforeWarning > check.FailuresBeforeCritical ? "FailuresBeforeWarning can't be higher than FailuresBeforeCritical"
            : null;
        return problem is null ? NamespaceRules.Check(check.Namespace, check.Partition) : Invalid(problem);
    }

    /// <summary>Puts a validated check into the model's words, or says why Muster does not run it.</summary>
    public static DefinitionProblem? Translate(CheckBody check, string? id, string name, out CheckDefinition definition)
    {
        definition = null!;
        if (check.IsScript)
        {
            // Consul finds this only while it registers, hence 500
            return new DefinitionProblem(
                "Scripts are disabled on this agent from remote calls; to enable, configure 'enable_script_checks' to true", 500);
        }

        if (check.Unsupported is not null)
        {
            return Invalid($"{check.Unsupported} checks are not supported yet");
        }

        if (check.Http.Length > 0 && !IsHttpUrl(check.Http))
        {
            return Invalid("HTTP must be an absolute http or https URL");
        }

        if (check.Tcp.Length > 0 && !IsHostAndPort(check.Tcp))
        {
            return Invalid("TCP must be host:port");
        }

        definition = new CheckDefinition
        {
            Id = id,
            Name = name,
            Notes = check.Notes,
            Kind = KindOf(check),
            Ttl = check.Ttl < TimeSpan.Zero ? TimeSpan.Zero : check.Ttl,
            Interval = Raise(check.Interval),
            Timeout = check.Timeout < TimeSpan.Zero ? TimeSpan.Zero : check.Timeout,
            Http = check.Http.Length > 0 ? HttpOf(check) : null,
            Tcp = check.Http.Length == 0 && check.Tcp.Length > 0 ? new TcpProbe(check.Tcp) : null,
            SuccessBeforePassing = Count(check.SuccessBeforePassing),
            FailuresBeforeWarning = Count(check.FailuresBeforeWarning),
            FailuresBeforeCritical = Count(check.FailuresBeforeCritical),
            DeregisterAfter = check.DeregisterAfter < TimeSpan.Zero ? TimeSpan.Zero : check.DeregisterAfter,
            InitialStatus = StatusOf(check),
            OutputMaxSize = (int)Math.Min(check.OutputMaxSize, LargestOutput),
        };
        return null;
    }

    /// <summary>True when the check names no status or one of the three.</summary>
    public static bool HasValidStatus(CheckBody check) => check.Status.Length == 0 || HealthStatusText.TryParse(check.Status, out _);

    /// <summary>The HTTP request a check describes.</summary>
    public static HttpProbe HttpOf(CheckBody check) => new(check.Http)
    {
        Method = check.Method.Length == 0 ? "GET" : check.Method,
        Headers = check.Headers,
        Body = check.RequestBody,
        TlsServerName = check.TlsServerName,
        TlsSkipVerify = check.TlsSkipVerify,
    };

    private static DefinitionProblem Invalid(string why) => new("Invalid check: " + why);

    private static HealthStatus StatusOf(CheckBody check) =>
        HealthStatusText.TryParse(check.Status, out HealthStatus status) ? status : HealthStatus.Critical;

    private static CheckKind KindOf(CheckBody check) =>
        check.Http.Length > 0 ? CheckKind.Http : check.Tcp.Length > 0 ? CheckKind.Tcp : CheckKind.Ttl;

    private static TimeSpan Raise(TimeSpan interval) =>
        interval <= TimeSpan.Zero ? TimeSpan.Zero : interval < ShortestInterval ? ShortestInterval : interval;

    private static int Count(long value) => (int)Math.Clamp(value, 0, int.MaxValue);

    private static bool IsHttpUrl(string url)
    {
        int scheme = url.StartsWith("http://", StringComparison.OrdinalIgnoreCase) ? 7
            : url.StartsWith("https://", StringComparison.OrdinalIgnoreCase) ? 8
            : url.Length;
        return scheme < url.Length && url[scheme] is not ('/' or ':' or '?' or '#') && !url.AsSpan().ContainsAnyInRange('\0', ' ');
    }

    private static bool IsHostAndPort(string target)
    {
        int colon = target.LastIndexOf(':');
        return colon > 0 && ushort.TryParse(target.AsSpan(colon + 1), out ushort port) && port > 0
            && (target.IndexOf(':') == colon || (target[0] == '[' && target[colon - 1] == ']'));
    }
}
