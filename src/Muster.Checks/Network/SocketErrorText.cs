using System.Net.Sockets;

namespace Muster.Checks.Network;

/// <summary>Socket errors in the words that operators know from Consul's outputs.</summary>
internal static class SocketErrorText
{
    public static string OfConnect(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => "connect: connection refused",
        SocketError.HostUnreachable => "connect: no route to host",
        SocketError.NetworkUnreachable => "connect: network is unreachable",
        SocketError.TimedOut => "connect: connection timed out",
        SocketError.ConnectionReset => "connect: connection reset by peer",
        SocketError.TooManyOpenSockets => "socket: too many open files",
        _ => $"connect: {error}",
    };

    public static string OfRead(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => "read: connection refused",
        SocketError.HostUnreachable => "read: no route to host",
        SocketError.NetworkUnreachable => "write: network is unreachable",
        _ => $"read: {error}",
    };

    /// <summary>What broke off a conversation.</summary>
    public static string OfStream(Exception error)
    {
        for (Exception? e = error; e is not null; e = e.InnerException)
        {
            if (e is SocketException { SocketErrorCode: SocketError.ConnectionReset })
            {
                return "read: connection reset by peer";
            }
        }

        return error is EndOfStreamException ? "EOF" : error.Message;
    }

    public static string OfLookup(SocketError error) => error switch
    {
        SocketError.HostNotFound or SocketError.NoData => "no such host",
        SocketError.TryAgain => "server misbehaving",
        _ => error.ToString(),
    };
}
