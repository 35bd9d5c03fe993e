using System.Net;
using System.Net.Sockets;

namespace Muster.Server.Demo;

/// <summary>Chooses ports for the demo: the default ones, or free ones when those are taken.</summary>
internal static class DemoPorts
{
    public static int Http(int preferred) => IsFree(preferred, SocketType.Stream) ? preferred : AnyFree(SocketType.Stream);

    /// <summary>DNS needs the same port for UDP and TCP.</summary>
    public static int Dns(int preferred)
    {
        int port = preferred;
        while (!IsFree(port, SocketType.Dgram) || !IsFree(port, SocketType.Stream))
        {
            port = AnyFree(SocketType.Dgram);
        }

        return port;
    }

    private static bool IsFree(int port, SocketType type)
    {
        try
        {
            using Socket socket = Bind(port, type);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int AnyFree(SocketType type)
    {
        using Socket socket = Bind(0, type);
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private static Socket Bind(int port, SocketType type)
    {
        var socket = new Socket(AddressFamily.InterNetwork, type, type == SocketType.Stream ? ProtocolType.Tcp : ProtocolType.Udp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
