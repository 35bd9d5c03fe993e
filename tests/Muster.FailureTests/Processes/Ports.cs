using System.Net;
using System.Net.Sockets;

namespace Muster.FailureTests.Processes;

/// <summary>Ports that nobody uses.</summary>
internal static class Ports
{
    /// <summary>A port free for TCP and UDP on all of the addresses.</summary>
    /// <remarks>Below the range from which the kernel takes the ports of outgoing connections, so that it stays free while its server is dead.</remarks>
    public static int Free(params IReadOnlyList<IPAddress> addresses)
    {
        while (true)
        {
            int port = Random.Shared.Next(20000, 32000);
            if (addresses.All(address => IsFree(address, port)))
            {
                return port;
            }
        }
    }

    private static bool IsFree(IPAddress address, int port)
    {
        try
        {
            using var tcp = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            using var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            tcp.Bind(new IPEndPoint(address, port));
            udp.Bind(new IPEndPoint(address, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
