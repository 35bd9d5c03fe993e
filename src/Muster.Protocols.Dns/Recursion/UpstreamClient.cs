using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Muster.Protocols.Dns.Recursion;

/// <summary>Asks one server one question, over UDP or TCP, with a socket of its own.</summary>
internal static class UpstreamClient
{
    private const int MaxUdpResponse = 4096;

    /// <summary>The answer, whatever came before it ignored; throws when there is none before the cancellation.</summary>
    public static async Task<byte[]> AskUdpAsync(IPEndPoint server, UpstreamQuestion question, CancellationToken cancellation)
    {
        using Socket socket = new(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);

        // Connected, the kernel drops what other addresses send; it picks the port at random.
        await socket.ConnectAsync(server, cancellation);
        await socket.SendAsync(question.Packet, SocketFlags.None, cancellation);
        byte[] buffer = new byte[MaxUdpResponse];
        while (true)
        {
            int length = await socket.ReceiveAsync(buffer, SocketFlags.None, cancellation);
            if (question.IsAnsweredBy(buffer.AsSpan(0, length)))
            {
                return buffer[..length];
            }
        }
    }

    /// <summary>The answer over TCP; throws when there is none.</summary>
    public static async Task<byte[]> AskTcpAsync(IPEndPoint server, UpstreamQuestion question, CancellationToken cancellation)
    {
        using Socket socket = new(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server, cancellation);
        byte[] framed = new byte[sizeof(ushort) + question.Packet.Length];
        BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)question.Packet.Length);
        question.Packet.CopyTo(framed.AsMemory(sizeof(ushort)));
        await using NetworkStream stream = new(socket, ownsSocket: false);
        await stream.WriteAsync(framed, cancellation);
        byte[] prefix = new byte[sizeof(ushort)];
        await stream.ReadExactlyAsync(prefix, cancellation);
        byte[] answer = new byte[BinaryPrimitives.ReadUInt16BigEndian(prefix)];
        await stream.ReadExactlyAsync(answer, cancellation);
        return question.IsAnsweredBy(answer) ? answer : throw new InvalidDataException("The recursor answered another question.");
    }
}
