using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Muster.Bench.Load;

/// <summary>
/// Asks a .NET process for a full garbage collection from outside, the way heap dump tools do: an event session
/// that enables the runtime provider's collect keyword. Protocol: the runtime's documented diagnostic IPC, version 1.
/// </summary>
internal static class DiagnosticsPort
{
    private const byte EventPipe = 2;
    private const byte StopTracing = 1;
    private const byte CollectTracing = 2;
    private const long HeapCollectKeyword = 0x800000;
    private const int HeaderLength = 20;

    /// <summary>Returns false when the process has no diagnostic port.</summary>
    public static bool TryCollectGarbage(int processId)
    {
        var path = Directory.EnumerateFiles(Path.GetTempPath(), $"dotnet-diagnostic-{processId}-*-socket").FirstOrDefault();
        if (path is null)
        {
            return false;
        }

        using var session = Send(path, CollectTracing, SessionPayload());
        var answer = new byte[HeaderLength + 8];
        session.ReceiveTimeout = 20_000;
        ReadExactly(session, answer);
        Thread.Sleep(TimeSpan.FromSeconds(1));

        using var stop = Send(path, StopTracing, answer.AsSpan(HeaderLength));
        Drain(session);
        return true;
    }

    private static byte[] SessionPayload()
    {
        using var payload = new MemoryStream();
        using var writer = new BinaryWriter(payload, Encoding.Unicode);
        writer.Write(16);                  // buffer, MB
        writer.Write(1);                   // format: nettrace
        writer.Write(1);                   // one provider
        writer.Write(HeapCollectKeyword);
        writer.Write(4);                   // level: informational
        const string Provider = "Microsoft-Windows-DotNETRuntime\0";
        writer.Write(Provider.Length);
        writer.Write(Encoding.Unicode.GetBytes(Provider));
        writer.Write(0);                   // no filter
        writer.Flush();
        return payload.ToArray();
    }

    private static Socket Send(string path, byte command, ReadOnlySpan<byte> payload)
    {
        var message = new byte[HeaderLength + payload.Length];
        "DOTNET_IPC_V1\0"u8.CopyTo(message);
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(14), (ushort)message.Length);
        message[16] = EventPipe;
        message[17] = command;
        payload.CopyTo(message.AsSpan(HeaderLength));
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(path));
        socket.Send(message);
        return socket;
    }

    private static void ReadExactly(Socket socket, Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var count = socket.Receive(buffer);
            if (count == 0)
            {
                throw new BenchException("the diagnostic port closed early");
            }

            buffer = buffer[count..];
        }
    }

    private static void Drain(Socket session)
    {
        var buffer = new byte[64 * 1024];
        while (session.Receive(buffer) > 0)
        {
            // The events themselves are of no interest.
        }
    }
}
