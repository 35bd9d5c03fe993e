using System.Net;
using System.Net.Sockets;

namespace Muster.Protocols.Dns.Transport;

/// <summary>
/// All sockets of one DNS server: per endpoint the UDP workers and a TCP acceptor on the same port. Binding is
/// all or nothing and happens before anything is served, so a taken port is an error at the start.
/// </summary>
internal sealed class DnsListeners : IAsyncDisposable
{
    // With port 0 the system picks a UDP port whose TCP twin may be taken: pick again.
    private const int PortAttempts = 16;

    private readonly List<UdpWorker> _udp = [];
    private readonly List<TcpAcceptor> _tcp = [];

    private DnsListeners(IReadOnlyList<IPEndPoint> endPoints) => EndPoints = endPoints;

    /// <summary>Where the server listens, with real ports.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints { get; }

    /// <summary>Binds everything; throws <see cref="SocketException"/> when an address is taken or not ours.</summary>
    public static DnsListeners Bind(
        DnsListenerSettings settings, IDnsResponder responder, ResponseRateLimiter limiter, DnsMetrics metrics, TimeProvider time)
    {
        UdpExchange exchange = new(responder, limiter, metrics, settings.MaxUdpResponse);
        List<IPEndPoint> bound = [];
        DnsListeners listeners = new(bound);
        try
        {
            foreach (IPEndPoint endPoint in settings.EndPoints)
            {
                bound.Add(listeners.BindOne(endPoint, settings, responder, exchange, metrics, time));
            }

            return listeners;
        }
        catch
        {
            listeners.Unbind();
            throw;
        }
    }

    public void Start()
    {
        _udp.ForEach(static worker => worker.Start());
        _tcp.ForEach(static acceptor => acceptor.Start());
    }

    /// <summary>Stops receiving, ends the threads and connections, frees the ports.</summary>
    public async ValueTask DisposeAsync()
    {
        _udp.ForEach(static worker => worker.Dispose());
        foreach (TcpAcceptor acceptor in _tcp)
        {
            await acceptor.DisposeAsync();
        }
    }

    private IPEndPoint BindOne(
        IPEndPoint endPoint, DnsListenerSettings settings, IDnsResponder responder, UdpExchange exchange, DnsMetrics metrics, TimeProvider time)
    {
        for (int attempt = 1; ; attempt++)
        {
            UdpWorker first = UdpWorker.Bind(endPoint, settings, exchange, metrics);
            IPEndPoint bound = first.EndPoint;
            try
            {
                _tcp.Add(TcpAcceptor.Bind(bound, responder, metrics, settings.Tcp, time));
                _udp.Add(first);
            }
            catch (SocketException) when (endPoint.Port == 0 && attempt < PortAttempts)
            {
                first.Dispose();
                continue;
            }
            catch
            {
                first.Dispose();
                throw;
            }

            for (int i = 1; i < settings.UdpSockets; i++)
            {
                _udp.Add(UdpWorker.Bind(bound, settings, exchange, metrics));
            }

            return bound;
        }
    }

    private void Unbind()
    {
        _udp.ForEach(static worker => worker.Dispose());
        _tcp.ForEach(static acceptor => acceptor.Unbind());
    }
}
