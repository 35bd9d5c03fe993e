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
        bool isAlias = check.IsAlias && !check.IsProbe;
        string? problem =
            check.Interval > TimeSpan.Zero && check.Ttl > TimeSpan.Zero ? "Interval and TTL cannot both be specified"
            : check.IsProbe && check.Interval <= TimeSpan.Zero ? "Interval must be > 0 for Script, HTTP, H2PING, TCP, UDP or OSService checks"
            : isAlias && check.Interval > TimeSpan.Zero ? "Interval cannot be set for Alias checks"
            : isAlias && check.Ttl > TimeSpan.Zero ? "TTL must be not be set for Alias checks"
            : !check.IsProbe && !isAlias && check.Ttl <= TimeSpan.Zero ? "TTL must be > 0 for TTL checks"
            : check.OutputMaxSize < 0 ? "MaxOutputMaxSize must be positive"
            : check.FailuresBeforeWarning > check.FailuresBeforeCritical ? "FailuresBeforeWarning can't be higher than FailuresBeforeCritical"
            : null;
        return problem is null ? NamespaceRules.Check(check.Namespace, check.Partition) : Invalid(problem);
    }

    /// <summary>Puts a validated check into the model's words, or says why Muster does not run it.</summary>
    public static DefinitionProblem? Translate(CheckBody check, string? id, string name, ScriptRule scripts, out CheckDefinition definition)
    {
        CheckKind kind = KindOf(check);
        ProbeTarget? target = TargetOf(check, kind);
        definition = null!;
        if (kind == CheckKind.Script && scripts.Refusal is { } refusal)
        {
            // Consul finds this only while it registers, hence 500
            return new DefinitionProblem(refusal, 500);
        }

        if (ProblemOf(check, kind, target) is { } problem)
        {
            return Invalid(problem);
        }

        definition = new CheckDefinition
        {
            Id = id,
            Name = name,
            Notes = check.Notes,
            Kind = kind,
            Ttl = check.Ttl < TimeSpan.Zero ? TimeSpan.Zero : check.Ttl,
            Interval = Raise(check.Interval),
            Timeout = check.Timeout < TimeSpan.Zero ? TimeSpan.Zero : check.Timeout,
            Http = kind == CheckKind.Http ? HttpOf(check) : null,
            Target = target,
            Alias = kind == CheckKind.Alias ? new AliasTarget(check.AliasNode, check.AliasService) : null,
            Script = kind == CheckKind.Script ? new ScriptCommand(check.ScriptArguments) { IsLocal = scripts.IsLocal } : null,
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

    /// <summary>How a check speaks TLS, null when it does not.</summary>
    public static ProbeTls? TlsOf(CheckBody check, bool useTls) =>
        useTls ? new ProbeTls { ServerName = check.TlsServerName, SkipVerify = check.TlsSkipVerify } : null;

    private static string? ProblemOf(CheckBody check, CheckKind kind, ProbeTarget? target) =>
        check.Unsupported == "Docker" ? "Docker checks are not supported: nothing is run inside containers; use an HTTP, TCP or TTL check"
        : check.Unsupported is not null ? $"{check.Unsupported} checks are not supported; use a TTL check, or a script check that asks the service manager"
        : kind == CheckKind.Http && !IsHttpUrl(check.Http) ? "HTTP must be an absolute http or https URL"
        : target is not null && !IsHostAndPort(kind == CheckKind.Grpc ? target.Address.AsSpan().Before('/') : target.Address)
            ? $"{NameOf(kind)} must be host:port{(kind == CheckKind.Grpc ? " or host:port/service" : "")}"
        : null;

    /// <summary>The kind, by Consul's order of precedence when a body asks for several.</summary>
    private static CheckKind KindOf(CheckBody check) =>
        check.Ttl > TimeSpan.Zero ? CheckKind.Ttl
        : check.Http.Length > 0 ? CheckKind.Http
        : check.Tcp.Length > 0 ? CheckKind.Tcp
        : check.Udp.Length > 0 ? CheckKind.Udp
        : check.Grpc.Length > 0 ? CheckKind.Grpc
        : check.IsScript ? CheckKind.Script
        : check.H2Ping.Length > 0 ? CheckKind.H2Ping
        : check.IsAlias ? CheckKind.Alias
        : CheckKind.Ttl;

    private static ProbeTarget? TargetOf(CheckBody check, CheckKind kind)
    {
        (string address, bool useTls) = kind switch
        {
            CheckKind.Tcp => (check.Tcp, check.TcpUseTls),
            CheckKind.Udp => (check.Udp, false),
            CheckKind.Grpc => (check.Grpc, check.GrpcUseTls),
            CheckKind.H2Ping => (check.H2Ping, check.H2PingUseTls),
            _ => ("", false),
        };
        return address.Length == 0 ? null : new ProbeTarget(address)
        {
            Tls = TlsOf(check, useTls),
        };
    }

    private static string NameOf(CheckKind kind) => kind.ToText().ToUpperInvariant();

    private static DefinitionProblem Invalid(string why) => new("Invalid check: " + why);

    private static HealthStatus StatusOf(CheckBody check) =>
        HealthStatusText.TryParse(check.Status, out HealthStatus status) ? status : HealthStatus.Critical;

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

    private static ReadOnlySpan<char> Before(this ReadOnlySpan<char> text, char separator) =>
        text.IndexOf(separator) is >= 0 and int at ? text[..at] : text;

    private static bool IsHostAndPort(ReadOnlySpan<char> target)
    {
        int colon = target.LastIndexOf(':');
        return colon > 0 && ushort.TryParse(target[(colon + 1)..], out ushort port) && port > 0
            && (target.IndexOf(':') == colon || (target[0] == '[' && target[colon - 1] == ']'))
            && !target.ContainsAnyInRange('\0', ' ');
    }
}
