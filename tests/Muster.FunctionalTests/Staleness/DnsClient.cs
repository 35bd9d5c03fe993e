using System.Net;
using System.Net.Sockets;
using System.Text;
using Muster.Wire.Dns;

namespace Muster.FunctionalTests.Staleness;

/// <summary>Asks a server over UDP for the addresses of a name.</summary>
internal sealed class DnsClient : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

    public DnsClient(IPEndPoint server) => _socket.Connect(server);

    /// <summary>The addresses in the answer; none when the name does not exist.</summary>
    public async Task<IReadOnlyList<IPAddress>> AddressesAsync(string name) => Read(await AskAsync(name));

    /// <summary>The response code.</summary>
    public async Task<int> CodeAsync(string name) => (await AskAsync(name))[3] & 0xf;

    public void Dispose() => _socket.Dispose();

    private async Task<byte[]> AskAsync(string name)
    {
        await _socket.SendAsync(QuestionFor(name));
        byte[] answer = new byte[4096];
        int length = await _socket.ReceiveAsync(answer.AsMemory()).AsTask().WaitAsync(TimeSpan.FromSeconds(10));
        return answer[..length];
    }

    private static byte[] QuestionFor(string name)
    {
        List<byte> question = [0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
        foreach (string label in name.Split('.'))
        {
            question.Add((byte)label.Length);
            question.AddRange(Encoding.ASCII.GetBytes(label));
        }

        question.AddRange([0, 0, (byte)DnsRecordType.A, 0, 1]);
        return [.. question];
    }

    private static List<IPAddress> Read(ReadOnlySpan<byte> answer)
    {
        Assert.True(DnsMessageReader.TryCreate(answer, out DnsMessageReader reader));
        Assert.True(reader.TryReadQuestion(out _, out _, out _));
        List<IPAddress> addresses = [];
        while (reader.TryReadRecord(out DnsRecord record, out DnsSection section))
        {
            if (section == DnsSection.Answer && record.Type == DnsRecordType.A)
            {
                addresses.Add(new IPAddress(record.Data));
            }
        }

        return addresses;
    }
}
