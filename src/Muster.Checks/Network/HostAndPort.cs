using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Muster.Checks.Network;

/// <summary>A probe's target, taken apart.</summary>
internal readonly record struct HostAndPort(string Host, int Port)
{
    /// <summary>Splits <c>host:port</c>; an IPv6 host stands in brackets.</summary>
    public static bool TryParse(string target, out HostAndPort parsed)
    {
        parsed = default;
        int colon = target.LastIndexOf(':');
        if (colon <= 0
            || !int.TryParse(target.AsSpan(colon + 1), NumberStyles.None, null, out int port)
            || port is 0 or > IPEndPoint.MaxPort)
        {
            return false;
        }

        string host = target[..colon];
        if (host is ['[', .. var inner, ']'])
        {
            parsed = new HostAndPort(inner, port);
            return IPAddress.TryParse(inner, out IPAddress? address) && address.AddressFamily == AddressFamily.InterNetworkV6;
        }

        parsed = new HostAndPort(host, port);
        return !host.Contains(':');
    }
}
