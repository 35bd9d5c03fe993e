using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Muster.Bench.Load;

/// <summary>
/// Processes whose registry was away: each has a connection of its own, registers its instance again and fetches its
/// service's list, and tries until both have succeeded. Without an answer it waits a quarter of a second, then twice as
/// long each time, up to two seconds; after a refusal as long as the server asks.
/// </summary>
internal sealed class ReturningClients(IReadOnlyList<int> ports)
{
    private const int BufferSize = 16 * 1024;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AskedPause = TimeSpan.FromSeconds(1);

    private int _empty;
    private int _refused;
    private int _unanswered;

    /// <summary>Lists that were empty.</summary>
    public int Empty => _empty;

    /// <summary>Answers 429 and 503.</summary>
    public int Refused => _refused;

    /// <summary>Attempts without an answer.</summary>
    public int Unanswered => _unanswered;

    /// <summary>Completes when all are back; when each was, in seconds since the clock's start.</summary>
    public Task<double[]> ReturnAsync(IReadOnlyList<(string Service, string Body)> clients, Stopwatch clock, CancellationToken patience) =>
        Task.WhenAll(clients.Select((client, index) => Task.Run(
            async () =>
            {
                var register = HttpConnection.Request("POST", "/api/v1/instances", Encoding.UTF8.GetBytes(client.Body));
                var fetch = HttpConnection.Request("GET", $"/v1/health/service/{client.Service}");
                var pause = FirstPause;
                while (!await TryReturnAsync(ports[index % ports.Count], register, fetch, pause, patience))
                {
                    pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
                }

                return clock.Elapsed.TotalSeconds;
            },
            patience)));

    private async Task<bool> TryReturnAsync(int port, byte[] register, byte[] fetch, TimeSpan pause, CancellationToken patience)
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), patience);
            var (status, _) = await AskAsync(socket, register, patience);
            if (status is 200 or 201)
            {
                (status, var isEmpty) = await AskAsync(socket, fetch, patience);
                if (status == 200)
                {
                    Interlocked.Add(ref _empty, isEmpty ? 1 : 0);
                    return true;
                }
            }

            Interlocked.Increment(ref _refused);
            if (status is not (429 or 503))
            {
                throw new BenchException($"a client that came back was answered {status}");
            }

            await Task.Delay(AskedPause * (1 + (Random.Shared.NextDouble() / 4)), patience);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            Interlocked.Increment(ref _unanswered);
            await Task.Delay(pause * (0.5 + Random.Shared.NextDouble()), patience);
        }

        return false;
    }

    private static async Task<(int Status, bool IsEmpty)> AskAsync(Socket socket, byte[] request, CancellationToken patience)
    {
        await socket.SendAsync(request, patience);
        var buffer = new byte[BufferSize];
        for (var received = 0; ;)
        {
            if (received == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }

            var count = await socket.ReceiveAsync(buffer.AsMemory(received), patience);
            received += count > 0 ? count : throw new IOException("the server closed the connection");
            if (TryRead(buffer.AsSpan(0, received), out var status, out var isEmpty))
            {
                return (status, isEmpty);
            }
        }
    }

    /// <summary>False while the answer is not whole.</summary>
    private static bool TryRead(ReadOnlySpan<byte> received, out int status, out bool isEmpty)
    {
        (status, isEmpty) = (0, false);
        var headEnd = received.IndexOf("\r\n\r\n"u8);
        if (headEnd < 0)
        {
            return false;
        }

        var answer = new HttpAnswer(received[..(headEnd + 2)], received[(headEnd + 4)..]);
        status = answer.Status;
        isEmpty = answer.Body.IndexOf("\"Service\""u8) < 0;
        return answer.TryGetHeader("Content-Length"u8, out var value)
            ? answer.Body.Length >= int.Parse(value)
            : !answer.TryGetHeader("Transfer-Encoding"u8, out _) || answer.Body.EndsWith("0\r\n\r\n"u8);
    }
}
