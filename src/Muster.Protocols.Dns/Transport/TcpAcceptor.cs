using System.Net;
using System.Net.Sockets;

namespace Muster.Protocols.Dns.Transport;

/// <summary>
/// Accepts DNS over TCP (RFC 7766). Each connection runs on its own, so a slow client never delays the next
/// one; beyond the limit new connections are closed at once.
/// </summary>
internal sealed class TcpAcceptor : IAsyncDisposable
{
    private const int Backlog = 512;
    private static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(50);

    private readonly Socket _listener;
    private readonly IDnsResponder _responder;
    private readonly DnsMetrics _metrics;
    private readonly TcpLimits _limits;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _loop = Task.CompletedTask;
    private int _open = 1; // the acceptor itself, so that zero means "all gone"

    private TcpAcceptor(Socket listener, IDnsResponder responder, DnsMetrics metrics, TcpLimits limits, TimeProvider time)
    {
        _listener = listener;
        _responder = responder;
        _metrics = metrics;
        _limits = limits;
        _time = time;
    }

    /// <summary>Binds and listens; connections wait until <see cref="Start"/>.</summary>
    public static TcpAcceptor Bind(
        IPEndPoint endPoint, IDnsResponder responder, DnsMetrics metrics, TcpLimits limits, TimeProvider time)
    {
        Socket listener = new(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(endPoint);
            listener.Listen(Backlog);
            return new TcpAcceptor(listener, responder, metrics, limits, time);
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    public void Start() => _loop = AcceptAsync();

    /// <summary>Gives the port back when the server could not start after all.</summary>
    public void Unbind()
    {
        _listener.Dispose();
        _stop.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _loop;
        Release(client: null);
        await _drained.Task;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                Socket client = await _listener.AcceptAsync(_stop.Token);
                Admit(client);
            }
            catch (Exception) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (SocketException)
            {
                // The client left before it was accepted, or the process is out of files: wait and go on.
                _metrics.OnFault();
                await Task.Delay(AcceptPause, _time, CancellationToken.None);
            }
        }
    }

    private void Admit(Socket client)
    {
        IPAddress address = (client.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None;
        bool counted = _limits.Clients.TryEnter(address);
        if (Interlocked.Increment(ref _open) - 1 > _limits.MaxConnections || !counted)
        {
            _metrics.OnConnectionRefused();
            client.Dispose();
            Release(counted ? address : null);
            return;
        }

        _ = ServeAsync(client, address);
    }

    private async Task ServeAsync(Socket client, IPAddress address)
    {
        await Task.Yield(); // the accept loop goes on at once
        try
        {
            using TcpConnection connection = new(client, _responder, _metrics, _limits, _time);
            await connection.RunAsync(_stop.Token);
        }
        catch (Exception)
        {
            _metrics.OnFault();
        }
        finally
        {
            Release(address);
        }
    }

    private void Release(IPAddress? client)
    {
        if (client is not null)
        {
            _limits.Clients.Leave(client);
        }

        if (Interlocked.Decrement(ref _open) == 0)
        {
            _drained.TrySetResult();
        }
    }
}
