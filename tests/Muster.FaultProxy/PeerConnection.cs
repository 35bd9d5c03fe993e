using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Muster.FaultProxy;

/// <summary>One connection between two servers of a <see cref="FaultNetwork"/>.</summary>
/// <remarks>
/// The end of a connection is news that travels like bytes: while the direction it takes is held, the other side does not
/// hear of it. And no connection is made while either direction is held, since that takes packets both ways.
/// </remarks>
internal sealed class PeerConnection(Socket dialer, IPEndPoint target, LinkDirection toTarget, LinkDirection toDialer) : IDisposable
{
    private const int PieceSize = 16 * 1024;
    private const int PiecesPerSecond = 20;

    private readonly Socket _target = new(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    /// <summary>Whether it lies between these two, whoever dialed.</summary>
    public bool IsBetween(LinkDirection one, LinkDirection other) => (toTarget == one && toDialer == other) || (toTarget == other && toDialer == one);

    /// <summary>Ends it at once with a reset to both sides.</summary>
    public void Dispose()
    {
        Abort(dialer);
        Abort(_target);
    }

    /// <summary>Carries bytes until one side ends, or the network does.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            dialer.NoDelay = true;
            await toTarget.WhileHeldAsync(stop);
            await toDialer.WhileHeldAsync(stop);
            if (!HasHungUp(dialer))
            {
                await _target.ConnectAsync(target, stop);
                await Task.WhenAll(
                    CarryAsync(dialer, _target, toTarget, toDialer, stop),
                    CarryAsync(_target, dialer, toDialer, toTarget, stop));
            }
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // ended as told, or nobody listens there
        }
        finally
        {
            Dispose();
        }
    }

    /// <summary>Carries one direction. A sender's end travels with its bytes; a receiver's end travels back.</summary>
    private static async Task CarryAsync(Socket from, Socket to, LinkDirection direction, LinkDirection back, CancellationToken stop)
    {
        bool receiverEnded = false;
        using var line = new DelayLine((bytes, end) => SendAsync(to, bytes, end), stop);
        byte[] buffer = new byte[PieceSize];
        try
        {
            int read;
            while (!receiverEnded && (read = await from.ReceiveAsync(buffer, stop)) > 0)
            {
                for (int passed = 0, size; passed < read && !receiverEnded; passed += size)
                {
                    await direction.WhileHeldAsync(stop);
                    size = Math.Min(SizeOfPiece(direction.Fault), read - passed);
                    receiverEnded = !await TryPassAsync(buffer.AsMemory(passed, size), to, line, direction.Fault, stop);
                    direction.Count(size);
                }
            }

            await line.FinishAsync();
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // the sender ended hard
        }

        if (receiverEnded)
        {
            await back.WhileHeldAsync(stop);
            Abort(from);
        }
        else
        {
            await direction.WhileHeldAsync(stop);
            Abort(to);
        }
    }

    private static async Task<bool> TryPassAsync(ReadOnlyMemory<byte> bytes, Socket to, DelayLine line, Fault fault, CancellationToken stop)
    {
        try
        {
            if (fault is Fault.Lateness || !line.IsEmpty)
            {
                await line.AddAsync(bytes, fault is Fault.Lateness late ? late.By : TimeSpan.Zero);
            }
            else
            {
                await SendAsync(to, bytes, stop);
            }

            if (fault is Fault.Slowness slow)
            {
                await Task.Delay(TimeSpan.FromSeconds((double)bytes.Length / slow.BytesPerSecond), stop);
            }

            return true;
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException or ChannelClosedException)
        {
            return false;
        }
    }

    private static int SizeOfPiece(Fault fault) =>
        fault is Fault.Slowness slow ? Math.Clamp(slow.BytesPerSecond / PiecesPerSecond, 1, PieceSize) : PieceSize;

    private static bool HasHungUp(Socket socket) => socket.Poll(0, SelectMode.SelectRead) && socket.Available == 0;

    private static async ValueTask SendAsync(Socket to, ReadOnlyMemory<byte> bytes, CancellationToken end)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[await to.SendAsync(bytes, end)..];
        }
    }

    private static void Abort(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(enable: true, 0);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // it is gone already
        }

        socket.Dispose();
    }
}
