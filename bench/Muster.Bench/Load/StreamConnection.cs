using System.Net;
using System.Net.Sockets;

namespace Muster.Bench.Load;

/// <summary>
/// A connection whose answer never ends, on a blocking socket. It looks for texts in what arrives, across the borders of
/// packets but not of chunks: what a server writes at once comes in one.
/// </summary>
internal sealed class StreamConnection : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private byte[] _buffer = new byte[4096];
    private int _start, _end;

    public StreamConnection(int port, string target)
    {
        _socket.Connect(IPAddress.Loopback, port);
        _socket.Send(HttpConnection.Request("GET", target));
    }

    /// <summary>Reads up to the end of the next <paramref name="text"/> and returns what was read; valid until the next call.</summary>
    public ReadOnlySpan<byte> ReceiveUntil(ReadOnlySpan<byte> text)
    {
        var searched = 0;
        while (true)
        {
            var at = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf(text);
            if (at >= 0)
            {
                var read = _buffer.AsSpan(_start, searched + at + text.Length);
                _start += read.Length;
                return read;
            }

            searched = Math.Max(0, _end - _start - text.Length + 1);
            ReceiveMore();
        }
    }

    public void Dispose() => _socket.Dispose();

    private void ReceiveMore()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        var count = _socket.Receive(_buffer.AsSpan(_end));
        _end += count > 0 ? count : throw new IOException("the server ended the stream");
    }
}
