using System.Net;
using System.Net.Sockets;

namespace Muster.Bench.Processes;

/// <summary>Finds a loopback port that is free for TCP and UDP alike.</summary>
internal static class FreePort
{
    public static int Next()
    {
        while (true)
        {
            using var tcp = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            tcp.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            var port = ((IPEndPoint)tcp.LocalEndPoint!).Port;
            using var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            try
            {
                udp.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // Taken for UDP only; the next one will do.
            }
        }
    }
}
