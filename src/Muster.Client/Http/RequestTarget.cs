namespace Muster.Client.Http;

/// <summary>What the scheme and the authority of a request's URI ask for.</summary>
/// <param name="Service">The service's name.</param>
/// <param name="Endpoint">The named port, as in <c>http://_admin.payments</c>; null for the main one.</param>
/// <param name="Port">The port that the URI gives, which overrides the instance's; 0 for none.</param>
/// <param name="Schemes">The allowed schemes.</param>
internal sealed record RequestTarget(string Service, string? Endpoint, int Port, SchemePreference Schemes)
{
    /// <summary>Reads a URI. Null when it is not about a service: another scheme, an address, or a host that is no service name.</summary>
    public static RequestTarget? Parse(Uri uri, Func<string, bool> isService)
    {
        if (!uri.IsAbsoluteUri || SchemesOf(uri.Scheme) is not { } schemes || uri.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6)
        {
            return null;
        }

        (string? endpoint, string service) = SplitHost(uri.Host);
        if (service.Length == 0 || endpoint?.Length == 0 || !isService(service))
        {
            return null;
        }

        return new RequestTarget(service, endpoint, uri.IsDefaultPort ? 0 : uri.Port, schemes);
    }

    /// <summary>The rule for what is a service name unless the application has its own: one label that is not <c>localhost</c>.</summary>
    public static bool IsSingleLabel(string host) =>
        !host.Contains('.') && !host.Equals("localhost", StringComparison.OrdinalIgnoreCase);

    private static (string? Endpoint, string Service) SplitHost(string host)
    {
        int dot = host.IndexOf('.');
        return host.StartsWith('_') && dot > 0 ? (host[1..dot], host[(dot + 1)..]) : (null, host);
    }

    private static SchemePreference? SchemesOf(string scheme) => scheme switch
    {
        "http" => SchemePreference.Http,
        "https" => SchemePreference.Https,
        "https+http" => SchemePreference.HttpsThenHttp,
        "http+https" => SchemePreference.HttpThenHttps,
        _ => null,
    };
}
