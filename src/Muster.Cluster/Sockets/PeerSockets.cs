using System.Net;
using System.Net.Sockets;

namespace Muster.Cluster.Sockets;

/// <summary>Settings that all sockets among peers share.</summary>
internal static class PeerSockets
{
    /// <summary>Sends at once, and finds out by itself when a silent peer is gone.</summary>
    public static Socket Prepare(Socket socket)
    {
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 10);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 5);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
        return socket;
    }

    /// <summary>Who called, as people write it: not as IPv4 inside IPv6.</summary>
    public static IPAddress CallerOf(Socket socket)
    {
        try
        {
            IPAddress address = socket.RemoteEndPoint is IPEndPoint end ? end.Address : IPAddress.None;
            return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        }
        catch (SocketException)
        {
            return IPAddress.None; // gone already
        }
    }
}
