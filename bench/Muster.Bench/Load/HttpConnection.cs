using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Muster.Bench.Load;

/// <summary>
/// One keep-alive HTTP/1.1 connection on a blocking socket: the leanest client .NET allows, so that what is
/// measured is the server. One request at a time, one thread at a time.
/// </summary>
internal sealed class HttpConnection : IDisposable
{
    private readonly Socket _socket;
    private byte[] _buffer;
    private int _received;
    private int _answerLength;

    private HttpConnection(Socket socket, int bufferSize)
    {
        _socket = socket;
        _buffer = new byte[bufferSize];
    }

    public static HttpConnection Open(int port, int bufferSize = 16 * 1024)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Connect(IPAddress.Loopback, port);
            return new HttpConnection(socket, bufferSize);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>True when bytes of an answer wait to be read.</summary>
    public bool HasBytes => _socket.Available > 0;

    public HttpAnswer Get(string target)
    {
        Send(Request("GET", target));
        return Receive();
    }

    public HttpAnswer Put(string target, ReadOnlySpan<byte> body)
    {
        Send(Request("PUT", target, body));
        return Receive();
    }

    public static byte[] Request(string method, string target, ReadOnlySpan<byte> body = default)
    {
        var head = $"{method} {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n";
        head += method switch
        {
            "GET" => "\r\n",
            "POST" => $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n",
            _ => $"Content-Length: {body.Length}\r\n\r\n",
        };
        return [.. Encoding.ASCII.GetBytes(head), .. body];
    }

    public void Send(ReadOnlySpan<byte> request)
    {
        while (!request.IsEmpty)
        {
            request = request[_socket.Send(request)..];
        }
    }

    /// <summary>Reads one whole answer. It is valid until the next call.</summary>
    public HttpAnswer Receive()
    {
        _buffer.AsSpan(_answerLength, _received - _answerLength).CopyTo(_buffer);
        _received -= _answerLength;
        _answerLength = 0;

        int headEnd;
        while ((headEnd = _buffer.AsSpan(0, _received).IndexOf("\r\n\r\n"u8)) < 0)
        {
            ReceiveMore();
        }

        var bodyStart = headEnd + 4;
        var bodyLength = ContentLength(bodyStart) is { } length
            ? ReceiveBody(bodyStart, length)
            : ReceiveChunks(bodyStart);
        return new HttpAnswer(_buffer.AsSpan(0, headEnd + 2), _buffer.AsSpan(bodyStart, bodyLength));
    }

    public void Dispose() => _socket.Dispose();

    private int? ContentLength(int bodyStart)
    {
        var head = new HttpAnswer(_buffer.AsSpan(0, bodyStart - 2), default);
        if (head.TryGetHeader("Content-Length"u8, out var value) && Utf8Parser.TryParse(value, out int length, out _))
        {
            return length;
        }

        return head.TryGetHeader("Transfer-Encoding"u8, out _) ? null : 0;
    }

    private int ReceiveBody(int bodyStart, int length)
    {
        while (_received < bodyStart + length)
        {
            ReceiveMore();
        }

        _answerLength = bodyStart + length;
        return length;
    }

    /// <summary>Moves the chunks' payloads together, so that the body is one span.</summary>
    private int ReceiveChunks(int bodyStart)
    {
        var read = bodyStart;
        var write = bodyStart;
        while (true)
        {
            int lineEnd;
            while ((lineEnd = _buffer.AsSpan(read, _received - read).IndexOf("\r\n"u8)) < 0)
            {
                ReceiveMore();
            }

            if (!Utf8Parser.TryParse(_buffer.AsSpan(read, lineEnd), out int size, out _, 'x'))
            {
                throw new BenchException("an answer has a malformed chunk");
            }

            read += lineEnd + 2;
            while (_received < read + size + 2)
            {
                ReceiveMore();
            }

            _buffer.AsSpan(read, size).CopyTo(_buffer.AsSpan(write));
            read += size + 2;
            write += size;
            if (size == 0)
            {
                _answerLength = read;
                return write - bodyStart;
            }
        }
    }

    private void ReceiveMore()
    {
        if (_received == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        var count = _socket.Receive(_buffer.AsSpan(_received));
        if (count == 0)
        {
            throw new IOException("the server closed the connection");
        }

        _received += count;
    }
}
