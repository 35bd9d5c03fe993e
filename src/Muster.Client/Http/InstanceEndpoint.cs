using System.Net;

namespace Muster.Client.Http;

/// <summary>Where on an instance a request goes: decided by what the request asks for and what the instance offers. Pure.</summary>
/// <param name="Prefix">Scheme and authority, such as <c>http://10.0.0.1:8080</c>.</param>
/// <param name="Host">The Host header and name for TLS; null leaves what the URI gives.</param>
internal readonly record struct InstanceEndpoint(string Prefix, string? Host)
{
    private const string Http = "http";
    private const string Https = "https";

    /// <summary>Null when the instance does not have what is asked for, or its address is none.</summary>
    public static InstanceEndpoint? Of(ServiceInstance instance, RequestTarget target)
    {
        bool secure = IsSecure(instance, target);
        int port = PortOf(instance, target, secure);
        if (port is <= 0 or > ushort.MaxValue)
        {
            return null;
        }

        string address = instance.Address.Contains(':') ? $"[{instance.Address}]" : instance.Address;
        string prefix = $"{(secure ? Https : Http)}://{address}:{port}";
        return IsAuthority(prefix) ? new InstanceEndpoint(prefix, HostOf(instance, target, secure)) : null;
    }

    /// <summary>What was registered may be anything; it must not become a path, a user, or an error in the middle of a call.</summary>
    private static bool IsAuthority(string prefix) =>
        Uri.TryCreate(prefix, UriKind.Absolute, out Uri? uri) && uri is { PathAndQuery: "/", Fragment: "", UserInfo: "" };

    /// <remarks>A URI forgives spaces around it, a header does not.</remarks>
    private static bool IsHost(string host) => !host.AsSpan().ContainsAnyExceptInRange('!', '~') && IsAuthority("http://" + host);

    private static bool IsSecure(ServiceInstance instance, RequestTarget target) => target.Schemes switch
    {
        SchemePreference.Http => false,
        SchemePreference.Https => true,
        SchemePreference.HttpsThenHttp => OffersHttps(instance, target),
        _ => OffersHttps(instance, target) && (target.Endpoint is not null || !instance.Ports.ContainsKey(Http)),
    };

    private static bool OffersHttps(ServiceInstance instance, RequestTarget target) =>
        target.Endpoint is { } endpoint
            ? endpoint.Equals(Https, StringComparison.OrdinalIgnoreCase) || Says(instance, endpoint + ".scheme", Https)
            : instance.Ports.ContainsKey(Https)
                || Says(instance, "scheme", Https)
                || Says(instance, "secure", "true")
                || instance.Tags.Contains(Https);

    private static bool Says(ServiceInstance instance, string key, string value) =>
        instance.Metadata.TryGetValue(key, out string? said) && said.Equals(value, StringComparison.OrdinalIgnoreCase);

    private static int PortOf(ServiceInstance instance, RequestTarget target, bool secure)
    {
        if (target.Port > 0)
        {
            return target.Port;
        }

        return target.Endpoint is { } endpoint
            ? instance.Ports.GetValueOrDefault(endpoint)
            : instance.Ports.GetValueOrDefault(secure ? Https : Http, instance.Port);
    }

    private static string? HostOf(ServiceInstance instance, RequestTarget target, bool secure)
    {
        if (instance.Metadata.TryGetValue("host", out string? host) && IsHost(host))
        {
            return host;
        }

        // a certificate is for a name: the service's, unless the instance has one of its own
        return secure && IPAddress.TryParse(instance.Address, out _) ? target.Service : null;
    }
}
