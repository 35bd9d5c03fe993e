namespace Muster.Model;

/// <summary>What the kinds of checks have in common.</summary>
public static class CheckKinds
{
    /// <summary>Muster itself runs something at an interval and reports what it found.</summary>
    public static bool IsProbe(this CheckKind kind) =>
        kind is CheckKind.Http or CheckKind.Tcp or CheckKind.Udp or CheckKind.Grpc or CheckKind.H2Ping or CheckKind.Script;

    /// <summary>How long one run may take when the definition does not say.</summary>
    public static TimeSpan DefaultTimeout(this CheckKind kind) => TimeSpan.FromSeconds(kind == CheckKind.Script ? 30 : 10);

    /// <summary>The kind's name in APIs and metrics.</summary>
    public static string ToText(this CheckKind kind) => kind switch
    {
        CheckKind.Ttl => "ttl",
        CheckKind.Http => "http",
        CheckKind.Tcp => "tcp",
        CheckKind.Maintenance => "maintenance",
        CheckKind.Udp => "udp",
        CheckKind.Grpc => "grpc",
        CheckKind.H2Ping => "h2ping",
        CheckKind.Alias => "alias",
        CheckKind.Script => "script",
        CheckKind.Draining => "draining",
        CheckKind.Starting => "starting",
        _ => "external",
    };
}
