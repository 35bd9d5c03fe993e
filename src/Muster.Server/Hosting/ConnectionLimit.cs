using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Muster.Server.Hosting;

/// <summary>
/// Bounds the open HTTP connections of one client address, with an answer that says so instead of a closed socket.
/// Loopback is not counted: sidecars and proxies share it.
/// </summary>
internal sealed class ConnectionLimit(Func<int> most, ConnectionDelegate next)
{
    private static readonly ReadOnlyMemory<byte> Refusal =
        "HTTP/1.1 429 Too Many Requests\r\nContent-Type: text/plain; charset=utf-8\r\nRetry-After: 1\r\nConnection: close\r\nContent-Length: 43\r\n\r\nToo many open connections from this address"u8.ToArray();

    private readonly ConcurrentDictionary<IPAddress, int> _open = new();

    /// <summary>Serves a connection, or refuses it.</summary>
    public Task OnConnectionAsync(ConnectionContext connection) =>
        connection.RemoteEndPoint is IPEndPoint { Address: var address } && !IPAddress.IsLoopback(address)
            ? ServeCountedAsync(connection, address)
            : next(connection);

    private async Task ServeCountedAsync(ConnectionContext connection, IPAddress address)
    {
        try
        {
            if (_open.AddOrUpdate(address, 1, static (_, count) => count + 1) > most())
            {
                await connection.Transport.Output.WriteAsync(Refusal);
                return;
            }

            await next(connection);
        }
        finally
        {
            int left = _open.AddOrUpdate(address, 0, static (_, count) => count - 1);
            if (left == 0)
            {
                _open.TryRemove(new KeyValuePair<IPAddress, int>(address, 0));
            }
        }
    }
}
