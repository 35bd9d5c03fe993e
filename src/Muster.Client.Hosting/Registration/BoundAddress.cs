using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace Muster.Client.Hosting.Registration;

/// <summary>An address that the web server listens on, as it writes it: <c>http://[::]:5000</c>, <c>https://*:443</c>.</summary>
/// <param name="Scheme"><c>http</c> or <c>https</c>.</param>
/// <param name="Host">IP address without brackets, host name, or a sign for all.</param>
/// <param name="Port">The port.</param>
internal sealed record BoundAddress(string Scheme, string Host, int Port)
{
    /// <summary>True if it listens on every address of the machine.</summary>
    public bool IsWildcard => Host is "*" or "+" || (Ip is { } ip && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any)));

    /// <summary>True if it can be reached from this machine only.</summary>
    public bool IsLoopback => Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (Ip is { } ip && IPAddress.IsLoopback(ip));

    private IPAddress? Ip => IPAddress.TryParse(Host, out IPAddress? ip) ? ip : null;

    /// <summary>Reads one; false for those that have no port, such as Unix sockets and named pipes.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out BoundAddress? address)
    {
        address = null;
        int mark = text.IndexOf("://", StringComparison.Ordinal);
        if (mark <= 0)
        {
            return false;
        }

        string scheme = text[..mark].ToLowerInvariant();
        ReadOnlySpan<char> authority = text.AsSpan(mark + 3);
        int slash = authority.IndexOf('/');
        authority = slash < 0 ? authority : authority[..slash];
        int colon = authority.LastIndexOf(':');
        bool hasPort = colon > authority.LastIndexOf(']');
        ReadOnlySpan<char> host = (hasPort ? authority[..colon] : authority).Trim("[]");
        int port = scheme == "https" ? 443 : 80;
        if (scheme is not ("http" or "https") || host.IsEmpty || host is "unix" or "pipe"
            || (hasPort && !int.TryParse(authority[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out port))
            || port is <= 0 or > 65535)
        {
            return false;
        }

        address = new BoundAddress(scheme, host.ToString(), port);
        return true;
    }
}
