using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Muster.FaultProxy;

/// <summary>Stands between clients and a server, on a port of its own, and does to their connections what it is told.</summary>
/// <remarks>The kernels of test machines have no netem; and a proxy can also lie, which no packet filter can.</remarks>
public sealed class TcpProxy : IAsyncDisposable
{
    private readonly IPEndPoint _server;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<ProxiedConnection, Task> _open = new();
    private readonly ConcurrentQueue<long> _accepted = new();
    private readonly Lock _gate = new();
    private Socket? _listener;
    private volatile Fault _fault = Fault.None;

    private TcpProxy(IPEndPoint server)
    {
        _server = server;
        Listen();
    }

    /// <summary>The port that clients use; it stays the same while the proxy refuses.</summary>
    public int Port { get; private set; }

    /// <summary>The base address that clients use.</summary>
    public Uri Address => new($"http://127.0.0.1:{Port}");

    /// <summary>What it does at present.</summary>
    public Fault Fault => _fault;

    /// <summary>When connections were accepted, as timestamps of <see cref="Stopwatch"/>, oldest first.</summary>
    public IReadOnlyList<long> Accepted => [.. _accepted];

    /// <summary>How many connections are open.</summary>
    public int Open => _open.Count;

    /// <summary>A proxy before a server on this machine.</summary>
    public static TcpProxy Before(int serverPort) => new(new IPEndPoint(IPAddress.Loopback, serverPort));

    /// <summary>Changes what it does from now on. Open connections that cannot show the new fault are reset.</summary>
    public void Set(Fault fault)
    {
        lock (_gate)
        {
            _fault = fault;
            if (fault is Fault.Refusal)
            {
                _listener?.Dispose();
                _listener = null;
            }
            else if (_listener is null)
            {
                Listen();
            }
        }

        if (fault is Fault.Refusal or Fault.Cut or Fault.Lie)
        {
            ResetAll();
        }
    }

    /// <summary>Resets every open connection, as a server does that dies.</summary>
    public void ResetAll()
    {
        foreach (ProxiedConnection connection in _open.Keys)
        {
            connection.Reset();
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        lock (_gate)
        {
            _listener?.Dispose();
        }

        ResetAll();
        await Task.WhenAll(_open.Values);
        _stop.Dispose();
    }

    private void Listen()
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, Port));
        listener.Listen(4096);
        Port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        _listener = listener;
        _ = AcceptAsync(listener);
    }

    private async Task AcceptAsync(Socket listener)
    {
        while (true)
        {
            Socket client;
            try
            {
                client = await listener.AcceptAsync(_stop.Token);
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                return;
            }

            _accepted.Enqueue(Stopwatch.GetTimestamp());
            var connection = new ProxiedConnection(client, _server, () => _fault);
            Task run = connection.RunAsync(_stop.Token);
            _open[connection] = run;
            _ = run.ContinueWith(_ => _open.TryRemove(connection, out Task? _), TaskScheduler.Default);
        }
    }
}
