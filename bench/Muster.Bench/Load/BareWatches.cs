using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Muster.Bench.Load;

/// <summary>
/// Many watch streams of one service on bare sockets that only look for a text: the least a client could do to see a change.
/// </summary>
internal sealed class BareWatches : IDisposable
{
    private readonly Socket[] _sockets;
    private volatile Sighting _wanted = new([], 0);

    public BareWatches(int port, int count, string service)
    {
        byte[] body = Encoding.ASCII.GetBytes($$"""{"services":[{"name":"{{service}}"}],"detail":"endpoint"}""");
        byte[] request = [.. Encoding.ASCII.GetBytes($"POST /api/v1/watch HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n"), .. body];
        _sockets = new Socket[count];
        for (var i = 0; i < count; i++)
        {
            _sockets[i] = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            _sockets[i].Connect(IPAddress.Loopback, port);
            _sockets[i].Send(request);
        }
    }

    /// <summary>Begins to read all streams.</summary>
    public void Start()
    {
        foreach (var socket in _sockets)
        {
            _ = ReadAsync(socket);
        }
    }

    /// <summary>Completes when every stream has brought the text.</summary>
    public Task SeeAsync(string text)
    {
        var wanted = new Sighting(Encoding.ASCII.GetBytes(text), _sockets.Length);
        _wanted = wanted;
        return wanted.All;
    }

    public void Dispose()
    {
        foreach (var socket in _sockets)
        {
            socket?.Dispose();
        }
    }

    private async Task ReadAsync(Socket socket)
    {
        var buffer = new byte[8192];
        var kept = 0;
        try
        {
            while (await socket.ReceiveAsync(buffer.AsMemory(kept)) is > 0 and var count)
            {
                var wanted = _wanted;
                var length = kept + count;
                if (wanted.Text.Length > 0 && buffer.AsSpan(0, length).IndexOf(wanted.Text) >= 0)
                {
                    wanted.Seen();
                    kept = 0;
                    continue;
                }

                // a text may lie across two reads
                kept = Math.Min(length, Math.Max(0, wanted.Text.Length - 1));
                buffer.AsSpan(length - kept, kept).CopyTo(buffer);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // the row is over
        }
    }

    private sealed class Sighting(byte[] text, int missing)
    {
        private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _missing = missing;

        public byte[] Text => text;

        public Task All => _all.Task;

        public void Seen()
        {
            if (Interlocked.Decrement(ref _missing) == 0)
            {
                _all.TrySetResult();
            }
        }
    }
}
