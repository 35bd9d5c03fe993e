using System.Net.Sockets;

namespace Muster.FunctionalTests;

/// <summary>The network between an HTTP client and its server, which can be cut and mended.</summary>
internal sealed class Cable : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<NetworkStream> _connections = [];
    private bool _isCut;

    public HttpMessageHandler MakeHandler() => new SocketsHttpHandler { ConnectCallback = ConnectAsync };

    /// <summary>Breaks all connections, and refuses new ones.</summary>
    public void Cut()
    {
        lock (_gate)
        {
            _isCut = true;
            _connections.ForEach(connection => connection.Dispose());
            _connections.Clear();
        }
    }

    public void Mend()
    {
        lock (_gate)
        {
            _isCut = false;
        }
    }

    public void Dispose() => Cut();

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
        var connection = new NetworkStream(socket, ownsSocket: true);
        lock (_gate)
        {
            if (_isCut)
            {
                connection.Dispose();
                throw new IOException("the cable is cut");
            }

            _connections.Add(connection);
            return connection;
        }
    }
}
