using System.Buffers;
using System.Buffers.Binary;
using System.Net.Sockets;

namespace Muster.Protocols.Dns.Transport;

/// <summary>
/// One TCP client: queries with a two-byte length before each, any number in flight, answered in order.
/// The idle clock restarts only with a complete query, so trickled bytes do not keep a connection.
/// </summary>
internal sealed class TcpConnection : IDisposable
{
    /// <summary>Largest query taken; a longer one closes the connection.</summary>
    private const int MaxQuery = 4096;

    private const int LengthPrefix = 2;

    /// <summary>One pooled block: the response is two bytes short of what the length field could say.</summary>
    private const int ResponseBlock = 64 * 1024;

    private readonly Socket _socket;
    private readonly IDnsResponder _responder;
    private readonly DnsMetrics _metrics;
    private readonly TcpLimits _limits;
    private readonly TimeProvider _time;

    public TcpConnection(Socket socket, IDnsResponder responder, DnsMetrics metrics, TcpLimits limits, TimeProvider time)
    {
        _socket = socket;
        _responder = responder;
        _metrics = metrics;
        _limits = limits;
        _time = time;
        _socket.NoDelay = true;
    }

    public async Task RunAsync(CancellationToken stop)
    {
        _metrics.OnConnection(opened: true);
        byte[] input = ArrayPool<byte>.Shared.Rent(LengthPrefix + MaxQuery);
        using CancellationTokenSource idle = new(_limits.IdleTimeout, _time);
        using CancellationTokenRegistration stopping = stop.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), idle);
        try
        {
            await ServeAsync(input, idle);
        }
        catch (OperationCanceledException)
        {
            // Idle for too long, or the server stops.
        }
        catch (SocketException)
        {
            // The client went away.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(input);
            _metrics.OnConnection(opened: false);
        }
    }

    public void Dispose() => _socket.Dispose();

    private async Task ServeAsync(byte[] input, CancellationTokenSource idle)
    {
        int filled = 0;
        while (true)
        {
            int read = await _socket.ReceiveAsync(input.AsMemory(filled), SocketFlags.None, idle.Token);
            if (read == 0)
            {
                return;
            }

            filled += read;
            int consumed = 0;
            while (filled - consumed >= LengthPrefix)
            {
                int length = BinaryPrimitives.ReadUInt16BigEndian(input.AsSpan(consumed));
                int end = consumed + LengthPrefix + length;
                if (length > MaxQuery)
                {
                    return;
                }

                if (end > filled)
                {
                    break;
                }

                if (!await AnswerAsync(input.AsMemory(consumed + LengthPrefix, length), idle.Token))
                {
                    return;
                }

                consumed = end;
                idle.CancelAfter(_limits.IdleTimeout);
            }

            input.AsSpan(consumed, filled - consumed).CopyTo(input);
            filled -= consumed;
        }
    }

    // A query that deserves no response (a response, noise) ends the connection: the peer does not speak DNS.
    private async ValueTask<bool> AnswerAsync(ReadOnlyMemory<byte> query, CancellationToken idle)
    {
        byte[] output = ArrayPool<byte>.Shared.Rent(ResponseBlock);
        try
        {
            int length = _responder.Respond(query.Span, output.AsSpan(LengthPrefix, ResponseBlock - LengthPrefix), DnsTransport.Tcp);
            if (length == IDnsResponder.Later)
            {
                length = await _responder.RespondLaterAsync(query, output.AsMemory(LengthPrefix, ResponseBlock - LengthPrefix), DnsTransport.Tcp);
            }

            if (length == 0)
            {
                return false;
            }

            BinaryPrimitives.WriteUInt16BigEndian(output, (ushort)length);
            ReadOnlyMemory<byte> rest = output.AsMemory(0, LengthPrefix + length);
            while (!rest.IsEmpty)
            {
                rest = rest[await _socket.SendAsync(rest, SocketFlags.None, idle)..];
            }

            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(output);
        }
    }
}
