using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;

namespace Muster.FaultProxy;

/// <summary>One connection through the proxy, with the server's half of it.</summary>
internal sealed class ProxiedConnection(Socket client, IPEndPoint server, Func<Fault> fault)
{
    private const int LongestHead = 64 * 1024;

    /// <summary>Ends it at once, with a reset to the client.</summary>
    public void Reset()
    {
        Abort(client);
        client.Dispose();
    }

    /// <summary>Carries bytes until one side ends or it is reset.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var upstream = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        try
        {
            if (fault() is Fault.Lie lie)
            {
                await LieAsync(lie, end.Token);
            }
            else
            {
                await upstream.ConnectAsync(server, end.Token);
                Task up = PumpUpAsync(upstream, end.Token), down = PumpDownAsync(upstream, end.Token);
                await Task.WhenAny(up, down);
                await end.CancelAsync();
                await Task.WhenAll(up, down);
            }
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException or ObjectDisposedException or ChannelClosedException)
        {
            Abort(client);
            Abort(upstream);
        }
        finally
        {
            client.Dispose();
        }
    }

    private async Task PumpUpAsync(Socket upstream, CancellationToken end)
    {
        byte[] buffer = new byte[16 * 1024];
        int read;
        while ((read = await client.ReceiveAsync(buffer, end)) > 0)
        {
            if (fault() is not Fault.Blackhole)
            {
                await SendAsync(upstream, buffer.AsMemory(0, read), end);
            }
        }
    }

    private async Task PumpDownAsync(Socket upstream, CancellationToken end)
    {
        int left = fault() is Fault.Cut cut ? cut.Bytes : int.MaxValue;
        using var line = new DelayLine((bytes, cancellation) => SendAsync(client, bytes, cancellation), end);
        byte[] buffer = new byte[16 * 1024];
        int read;
        while ((read = await upstream.ReceiveAsync(buffer, end)) > 0)
        {
            Fault now = fault();
            if (now is Fault.Blackhole)
            {
                continue;
            }

            int passed = Math.Min(read, left);
            left -= left == int.MaxValue ? 0 : passed;
            await line.AddAsync(buffer.AsMemory(0, passed), now is Fault.Lateness late ? late.By : TimeSpan.Zero);
            if (left == 0)
            {
                break;
            }
        }

        await line.FinishAsync();
        if (left == 0)
        {
            throw new OperationCanceledException("cut as told");
        }
    }

    /// <summary>Reads one request's head, answers it, and lets the client read the answer to its end.</summary>
    private async Task LieAsync(Fault.Lie lie, CancellationToken end)
    {
        byte[] head = new byte[LongestHead];
        int length = 0;
        while (length < head.Length && head.AsSpan(0, length).IndexOf("\r\n\r\n"u8) < 0)
        {
            int read = await client.ReceiveAsync(head.AsMemory(length), end);
            if (read == 0)
            {
                return;
            }

            length += read;
        }

        await SendAsync(client, lie.Make(Encoding.ASCII.GetString(head, 0, length)), end);
        client.Shutdown(SocketShutdown.Send);
        while (await client.ReceiveAsync(head, end) > 0)
        {
            // until the client has read everything and hangs up
        }
    }

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
    }
}
