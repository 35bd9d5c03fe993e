using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Muster.Bench.Load;

/// <summary>Asks one question at a time over UDP and counts the records of the answer.</summary>
internal sealed class DnsClient : IDisposable
{
    private const int HeaderLength = 12;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 2000 };
    private readonly byte[] _buffer = new byte[4096];
    private ushort _id;

    public DnsClient(int port) => _socket.Connect(IPAddress.Loopback, port);

    public DnsSummary Ask(string name, DnsType type)
    {
        var query = Query(++_id, name, type);
        _socket.Send(query);
        var length = _socket.Receive(_buffer);
        var answer = _buffer.AsSpan(0, length);
        if (length < HeaderLength || BinaryPrimitives.ReadUInt16BigEndian(answer) != _id)
        {
            throw new BenchException($"a strange answer for {name} {type}");
        }

        return new DnsSummary(
            ResponseCode: answer[3] & 15,
            Answers: BinaryPrimitives.ReadUInt16BigEndian(answer[6..]),
            Additional: BinaryPrimitives.ReadUInt16BigEndian(answer[10..]),
            Length: length);
    }

    public void Dispose() => _socket.Dispose();

    private static byte[] Query(ushort id, string name, DnsType type)
    {
        using var query = new MemoryStream();
        Span<byte> number = stackalloc byte[2];
        foreach (var value in (ushort[])[id, 0, 1, 0, 0, 0])
        {
            BinaryPrimitives.WriteUInt16BigEndian(number, value);
            query.Write(number);
        }

        foreach (var label in name.Split('.'))
        {
            query.WriteByte((byte)label.Length);
            query.Write(Encoding.ASCII.GetBytes(label));
        }

        query.WriteByte(0);
        foreach (var value in (ushort[])[(ushort)type, 1])
        {
            BinaryPrimitives.WriteUInt16BigEndian(number, value);
            query.Write(number);
        }

        return query.ToArray();
    }
}
