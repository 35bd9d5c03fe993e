using System.Net;

namespace Muster.Model;

/// <summary>From where a check can be made.</summary>
public static class CheckReach
{
    /// <summary>
    /// Whether a check says something only on the server that runs it: a probe of a loopback address, a script, an alias.
    /// Another server that took it over would look at something else, so none does.
    /// </summary>
    public static bool IsHostBound(this CheckDefinition check)
    {
        ArgumentNullException.ThrowIfNull(check);
        return check.Kind is CheckKind.Alias or CheckKind.Script
            || (check.Http is { } http && Uri.TryCreate(http.Url, UriKind.Absolute, out Uri? url) && IsLoopback(url.DnsSafeHost))
            || (check.Target is { } target && IsLoopback(HostOf(target.Address)));
    }

    /// <summary>The host of <c>host:port</c> or <c>host:port/service</c>.</summary>
    private static ReadOnlySpan<char> HostOf(ReadOnlySpan<char> target)
    {
        int slash = target.IndexOf('/');
        target = slash < 0 ? target : target[..slash];
        int colon = target.LastIndexOf(':');
        target = colon < 0 ? target : target[..colon];
        return target is ['[', .. var inside, ']'] ? inside : target;
    }

    private static bool IsLoopback(ReadOnlySpan<char> host)
    {
        host = host.TrimEnd('.');
        return host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host, out IPAddress? address) && IPAddress.IsLoopback(address));
    }
}
