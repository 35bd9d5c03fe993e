using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Muster.FailureTests.Cluster.Harness;

namespace Muster.FailureTests.Cluster.Readers;

/// <summary>Asks for a service's addresses over UDP, twenty times a second.</summary>
internal sealed class DnsReader(ServerProcess server, string service) : Reader("DNS", server)
{
    private const int HeaderSize = 12, TypeA = 1, NameExistsNot = 3, Truncated = 0x0200;
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(50), s_patience = TimeSpan.FromSeconds(5); // a resolver's

    private readonly byte[] _question = Question($"{service}.service.consul");

    protected override async Task ReadAsync(CancellationToken end)
    {
        using var socket = new UdpClient();
        socket.Connect(IPAddress.Loopback, Server.DnsPort);
        await socket.SendAsync(_question, end);
        UdpReceiveResult answer = await socket.ReceiveAsync(end).AsTask().WaitAsync(s_patience, end);
        Sightings.Saw(AddressesOf(answer.Buffer));
        await Task.Delay(s_interval, end);
    }

    private static byte[] Question(string name)
    {
        List<byte> bytes = [0x12, 0x34, 0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 1];
        foreach (string label in name.Split('.'))
        {
            bytes.Add((byte)label.Length);
            bytes.AddRange(Encoding.ASCII.GetBytes(label));
        }

        bytes.AddRange([0, 0, TypeA, 0, 1]);
        bytes.AddRange([0, 0, 41, 0x10, 0x00, 0, 0, 0, 0, 0, 0]); // EDNS: answers of up to 4,096 bytes
        return [.. bytes];
    }

    private static HashSet<string> AddressesOf(byte[] answer)
    {
        int flags = BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(2)), code = flags & 15;
        if (code is not (0 or NameExistsNot) || (flags & Truncated) != 0)
        {
            throw new InvalidDataException($"flags {flags:X4}");
        }

        int records = BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(6)), at = AfterName(answer, HeaderSize) + 4;
        var addresses = new HashSet<string>();
        for (; records > 0; records--)
        {
            at = AfterName(answer, at);
            int length = BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(at + 8));
            if (BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(at)) == TypeA)
            {
                addresses.Add(new IPAddress(answer.AsSpan(at + 10, 4)).ToString());
            }

            at += 10 + length;
        }

        return addresses;
    }

    private static int AfterName(byte[] message, int at)
    {
        while (message[at] is > 0 and < 0xC0)
        {
            at += message[at] + 1;
        }

        return at + (message[at] == 0 ? 1 : 2);
    }
}
