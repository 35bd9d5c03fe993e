using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Muster.FaultProxy;

/// <summary>
/// The network between some servers on this machine: each is reached by the others at an address of the network's, and what
/// one sends another can be held, slowed, delayed or cut, each direction for itself.
/// </summary>
/// <remarks>
/// A connection is dialed by one server and used by both, so that a direction is not a connection. Which server dialed is
/// known by its process, since all of them dial the same address.
/// </remarks>
public sealed class FaultNetwork : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, int> _processes = new();
    private readonly ConcurrentDictionary<(string From, string To), LinkDirection> _directions = new();
    private readonly ConcurrentDictionary<PeerConnection, Task> _connections = new();
    private readonly List<Socket> _listeners = [];
    private int _strangers;

    /// <summary>How many connections came from a process that is no server of this network; each was refused.</summary>
    public int Strangers => Volatile.Read(ref _strangers);

    /// <summary>How many connections there are.</summary>
    public int Connections => _connections.Count;

    /// <summary>Puts the network before a server.</summary>
    /// <param name="server">Its name.</param>
    /// <param name="address">Where it listens itself.</param>
    /// <param name="reachedAt">Where the others dial it.</param>
    public void Add(string server, IPEndPoint address, IPEndPoint reachedAt)
    {
        ArgumentNullException.ThrowIfNull(reachedAt);
        var listener = new Socket(reachedAt.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(reachedAt);
        listener.Listen(128);
        _listeners.Add(listener);
        _ = AcceptAsync(listener, server, address, reachedAt.Port);
    }

    /// <summary>Says which process a server is at present.</summary>
    public void SetProcess(string server, int process) => _processes[server] = process;

    /// <summary>Does something to what one server sends to another.</summary>
    public void Set(string from, string to, Fault fault) => Direction(from, to).Fault = fault;

    /// <summary>Does something to what these two send each other.</summary>
    public void SetBoth(string one, string other, Fault fault)
    {
        Set(one, other, fault);
        Set(other, one, fault);
    }

    /// <summary>Cuts a server off all others, or does something else to all its links.</summary>
    public void Isolate(string server, Fault fault)
    {
        foreach (string other in _processes.Keys.Where(other => other != server))
        {
            SetBoth(server, other, fault);
        }
    }

    /// <summary>Ends all faults.</summary>
    public void Heal()
    {
        foreach (LinkDirection direction in _directions.Values)
        {
            direction.Fault = Fault.None;
        }
    }

    /// <summary>Resets every connection between two servers.</summary>
    public void Reset(string one, string other)
    {
        LinkDirection there = Direction(one, other), back = Direction(other, one);
        foreach (PeerConnection connection in _connections.Keys.Where(connection => connection.IsBetween(there, back)))
        {
            connection.Dispose();
        }
    }

    /// <summary>How many bytes one server has sent to another.</summary>
    public long Bytes(string from, string to) => Direction(from, to).Bytes;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listeners.ForEach(listener => listener.Dispose());
        await Task.WhenAll(_connections.Values);
        _stop.Dispose();
    }

    private LinkDirection Direction(string from, string to) => _directions.GetOrAdd((from, to), _ => new LinkDirection());

    private async Task AcceptAsync(Socket listener, string server, IPEndPoint address, int port)
    {
        while (true)
        {
            Socket dialer;
            try
            {
                dialer = await listener.AcceptAsync(_stop.Token);
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                return;
            }

            if (NameOf(dialer, port) is not { } from)
            {
                Interlocked.Increment(ref _strangers);
                dialer.Dispose();
                continue;
            }

            var connection = new PeerConnection(dialer, address, Direction(from, server), Direction(server, from));
            _connections[connection] = Task.CompletedTask; // known before its target can be: who sees it connected may reset it
            Task run = connection.RunAsync(_stop.Token);
            _connections[connection] = run;
            _ = run.ContinueWith(_ => _connections.TryRemove(connection, out Task? _), TaskScheduler.Default);
        }
    }

    private string? NameOf(Socket dialer, int port)
    {
        KeyValuePair<string, int>[] servers = [.. _processes];
        int? process = dialer.RemoteEndPoint is IPEndPoint remote
            ? SocketOwners.Find(remote.Port, port, [.. servers.Select(server => server.Value)])
            : null;
        return process is null ? null : servers.First(server => server.Value == process).Key;
    }
}
