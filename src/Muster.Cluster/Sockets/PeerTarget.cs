using System.Globalization;
using System.Net;

namespace Muster.Cluster.Sockets;

/// <summary>Where to look for peers: a name or an address, and a port.</summary>
/// <param name="Host">A name or an IP address without brackets.</param>
/// <param name="Port">The port.</param>
public readonly record struct PeerTarget(string Host, int Port)
{
    /// <summary>Reads <c>host</c>, <c>host:port</c>, <c>1.2.3.4:port</c>, <c>::1</c> or <c>[::1]:port</c>.</summary>
    public static bool TryParse(string text, int defaultPort, out PeerTarget target)
    {
        text = text.Trim();
        target = new PeerTarget(text, defaultPort);
        if (IPAddress.TryParse(text, out IPAddress? address))
        {
            // also takes "[::1]" and "[::1]:8301"
            bool bare = !text.StartsWith('[');
            if (bare || text.EndsWith(']'))
            {
                target = new PeerTarget(address.ToString(), defaultPort);
                return true;
            }
        }

        if (text.StartsWith('['))
        {
            bool isEnd = IPEndPoint.TryParse(text, out IPEndPoint? end) && end.Port > 0;
            target = isEnd ? new PeerTarget(end!.Address.ToString(), end.Port) : target;
            return isEnd;
        }

        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string host = colon < 0 ? text : text[..colon];
        if (host.Length is 0 or > 253 || host.Any(static c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '.' or '_')))
        {
            return false;
        }

        int port = defaultPort;
        if (colon >= 0 && !(int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and <= ushort.MaxValue))
        {
            return false;
        }

        target = new PeerTarget(host, port);
        return true;
    }
}
