using System.Net;
using System.Net.Sockets;

namespace Muster.Protocols.Dns.Transport;

/// <summary>One UDP socket with the thread that serves it.</summary>
internal sealed class UdpWorker : IDisposable
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(5);

    private readonly Socket _socket;
    private readonly IUdpLoop _loop;
    private readonly Thread _thread;

    private UdpWorker(Socket socket, IUdpLoop loop, string name)
    {
        _socket = socket;
        _loop = loop;
        _thread = new Thread(loop.Run) { IsBackground = true, Name = name };
    }

    /// <summary>The bound address, with the real port when 0 was asked for.</summary>
    public IPEndPoint EndPoint => (IPEndPoint)_socket.LocalEndPoint!;

    /// <summary>
    /// Binds a socket; packets wait in it until <see cref="Start"/>. Several sockets share the port, and the
    /// kernel spreads the clients over them.
    /// </summary>
    public static UdpWorker Bind(IPEndPoint endPoint, DnsListenerSettings settings, UdpExchange exchange, DnsMetrics metrics)
    {
        Socket socket = new(endPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            if (settings.UdpSockets > 1)
            {
                // SO_REUSEPORT, which .NET's ReuseAddress is not.
                const int SocketLevel = 1;
                const int ReusePort = 15;
                socket.SetRawSocketOption(SocketLevel, ReusePort, [1, 0, 0, 0]);
            }

            socket.ReceiveBufferSize = UdpSettings.KernelBufferSize;
            socket.SendBufferSize = UdpSettings.KernelBufferSize;
            socket.Bind(endPoint);
            IUdpLoop loop = settings.UdpBatching && LinuxMessages.IsSupported
                ? new BatchedUdpLoop(socket, exchange, metrics, settings.MaxUdpResponse)
                : new PortableUdpLoop(socket, exchange, metrics, settings.MaxUdpResponse);
            return new UdpWorker(socket, loop, $"dns udp {socket.LocalEndPoint}");
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public void Start() => _thread.Start();

    public void Dispose()
    {
        _loop.RequestStop();
        if (_thread.IsAlive)
        {
            _thread.Join(StopTimeout);
        }

        _socket.Dispose();
    }
}
