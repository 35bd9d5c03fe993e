using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Muster.Wire.Dns;

namespace Muster.Protocols.Dns.Tests.Recursion;

/// <summary>Another DNS server on loopback: answers each query as a function says, over UDP and TCP on one port.</summary>
internal sealed class FakeUpstream : IAsyncDisposable
{
    private readonly Func<byte[], IEnumerable<byte[]>> _answer;
    private readonly Socket _udp;
    private readonly TcpListener _tcp;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loops;
    private int _queries;

    /// <param name="answer">Makes the packets to send back, one after the other.</param>
    public FakeUpstream(Func<byte[], IEnumerable<byte[]>> answer)
    {
        _answer = answer;
        (_udp, _tcp) = BindBoth();
        EndPoint = (IPEndPoint)_udp.LocalEndPoint!;
        _loops = Task.WhenAll(ServeUdpAsync(), ServeTcpAsync());
    }

    public IPEndPoint EndPoint { get; }

    public int Queries => Volatile.Read(ref _queries);

    /// <summary>The ports and ids that queries came with.</summary>
    public List<(int Port, int Id)> Seen { get; } = [];

    /// <summary>An answer with A records, or without.</summary>
    public static byte[] Answer(byte[] query, DnsResponseCode code = DnsResponseCode.NoError, params string[] addresses)
    {
        DnsQuery.Parse(query, out DnsQuery parsed);
        byte[] space = new byte[65535];
        DnsResponseWriter writer = new(space, parsed);
        foreach (string address in addresses)
        {
            writer.TryAppend(DnsSection.Answer, DnsResponseWriter.QuestionNameOffset, DnsRecordType.A, 300, IPAddress.Parse(address).GetAddressBytes());
        }

        return space[..writer.Finish(code, authoritative: false)];
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _tcp.Stop();
        _udp.Dispose();
        await _loops;
        _stop.Dispose();
    }

    // The UDP port that the system picks may be taken by somebody's TCP connection: pick again.
    private static (Socket Udp, TcpListener Tcp) BindBoth()
    {
        while (true)
        {
            Socket udp = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            udp.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            TcpListener tcp = new((IPEndPoint)udp.LocalEndPoint!);
            try
            {
                tcp.Start();
                return (udp, tcp);
            }
            catch (SocketException)
            {
                udp.Dispose();
            }
        }
    }

    private async Task ServeUdpAsync()
    {
        byte[] buffer = new byte[4096];
        try
        {
            while (true)
            {
                SocketReceiveFromResult received = await _udp.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), _stop.Token);
                byte[] query = buffer[..received.ReceivedBytes];
                lock (Seen)
                {
                    Seen.Add((((IPEndPoint)received.RemoteEndPoint).Port, BinaryPrimitives.ReadUInt16BigEndian(query)));
                }

                Interlocked.Increment(ref _queries);
                foreach (byte[] answer in _answer(query))
                {
                    await _udp.SendToAsync(answer.Length > 1232 ? Cut(query) : answer, received.RemoteEndPoint, _stop.Token);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    // Too large for UDP: the question alone, with TC.
    private static byte[] Cut(byte[] query)
    {
        DnsQuery.Parse(query, out DnsQuery parsed);
        byte[] space = new byte[512];
        DnsResponseWriter writer = new(space, parsed);
        writer.MarkTruncated();
        return space[..writer.Finish(DnsResponseCode.NoError, authoritative: false)];
    }

    private async Task ServeTcpAsync()
    {
        try
        {
            while (true)
            {
                using TcpClient client = await _tcp.AcceptTcpClientAsync(_stop.Token);
                NetworkStream stream = client.GetStream();
                byte[] prefix = new byte[2];
                await stream.ReadExactlyAsync(prefix, _stop.Token);
                byte[] query = new byte[BinaryPrimitives.ReadUInt16BigEndian(prefix)];
                await stream.ReadExactlyAsync(query, _stop.Token);
                byte[] answer = _answer(query).First();
                BinaryPrimitives.WriteUInt16BigEndian(prefix, (ushort)answer.Length);
                await stream.WriteAsync((byte[])[.. prefix, .. answer], _stop.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException or IOException)
        {
            // The test is over.
        }
    }
}
