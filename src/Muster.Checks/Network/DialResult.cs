using System.Net.Sockets;

namespace Muster.Checks.Network;

/// <summary>A connected socket, which the receiver disposes, or the reason why there is none.</summary>
internal readonly record struct DialResult(Socket? Socket, string? Error)
{
    public static DialResult Failed(string error) => new(null, error);
}
