using System.Net;
using System.Net.Sockets;
using Muster.Protocols.Dns.Transport;

namespace Muster.Protocols.Dns.Tests.Transport;

/// <summary>Both loops over real sockets on loopback.</summary>
public sealed class UdpLoopTests
{
    public static TheoryData<bool> Loops => [true, false];

    [Theory]
    [MemberData(nameof(Loops))]
    public async Task ManyClients_EachGetsItsOwnAnswers(bool batching)
    {
        await using DnsListeners listeners = Start(batching, new EchoResponder());

        await Parallel.ForAsync(0, 8, async (client, cancellation) =>
        {
            using Socket socket = Connect(listeners);
            byte[] query = new byte[200];
            byte[] answer = new byte[512];
            for (int i = 0; i < 200; i++)
            {
                query[0] = 1;
                query[1] = (byte)client;
                query[2] = (byte)i;
                await socket.SendAsync(query.AsMemory(0, 3 + (i % 190)), SocketFlags.None, cancellation);
                int length = await socket.ReceiveAsync(answer, SocketFlags.None, cancellation);
                Assert.Equal(query[..(3 + (i % 190))], answer[..length]);
            }
        });
    }

    [Theory]
    [MemberData(nameof(Loops))]
    public async Task SilentAndThrowingAnswers_DoNotStopTheLoop(bool batching)
    {
        using DnsMetrics metrics = new(null);
        await using DnsListeners listeners = Start(batching, new EchoResponder(), metrics: metrics);
        using Socket socket = Connect(listeners);

        await socket.SendAsync(new byte[] { 0 });
        await socket.SendAsync(Array.Empty<byte>());
        await socket.SendAsync(new byte[] { 255 });
        await socket.SendAsync(new byte[] { 42 });

        Assert.Equal([42], await ReceiveAsync(socket));
    }

    [Theory]
    [MemberData(nameof(Loops))]
    public async Task OversizedPacket_IsSurvived(bool batching)
    {
        await using DnsListeners listeners = Start(batching, new EchoResponder());
        using Socket socket = Connect(listeners);

        await socket.SendAsync(new byte[9000]);
        await socket.SendAsync(new byte[] { 7 });

        Assert.Equal([7], await ReceiveAsync(socket));
    }

    [Theory]
    [MemberData(nameof(Loops))]
    public async Task Stop_WhileWaiting_EndsAndFreesThePort(bool batching)
    {
        DnsListeners listeners = Start(batching, new EchoResponder());
        IPEndPoint endPoint = listeners.EndPoints[0];
        using (Socket socket = Connect(listeners))
        {
            await socket.SendAsync(new byte[] { 1 });
            await ReceiveAsync(socket);
        }

        await listeners.DisposeAsync();

        using Socket again = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        again.Bind(endPoint);
    }

    [Fact]
    public async Task SeveralSockets_ShareOnePort()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "SO_REUSEPORT is used on Linux only");
        await using DnsListeners listeners = Start(batching: true, new EchoResponder(), sockets: 3);
        for (int i = 1; i < 30; i++)
        {
            using Socket socket = Connect(listeners);
            await socket.SendAsync(new[] { (byte)i });
            Assert.Equal([(byte)i], await ReceiveAsync(socket));
        }
    }

    [Fact]
    public async Task Wildcard_AnswersFromTheAddressThatWasAsked()
    {
        Assert.SkipUnless(LinuxMessages.IsSupported, "only the batch loop can choose its source address");
        DnsListenerSettings settings = new() { EndPoints = [new IPEndPoint(IPAddress.Any, 0)] };
        using DnsMetrics metrics = new(null);
        await using DnsListeners listeners = DnsListeners.Bind(settings, new EchoResponder(), NoLimit, metrics, TimeProvider.System);
        listeners.Start();
        foreach (string address in (string[])["127.0.0.1", "127.0.0.2", "127.9.9.9"])
        {
            // A connected socket takes nothing from anybody but its peer.
            using Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            socket.Connect(new IPEndPoint(IPAddress.Parse(address), listeners.EndPoints[0].Port));
            await socket.SendAsync(new byte[] { 9 });
            Assert.Equal([9], await ReceiveAsync(socket));
        }
    }

    [Fact]
    public async Task Ipv6Wildcard_IsServed()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "no IPv6 here");
        DnsListenerSettings settings = new() { EndPoints = [new IPEndPoint(IPAddress.IPv6Any, 0)] };
        using DnsMetrics metrics = new(null);
        await using DnsListeners listeners = DnsListeners.Bind(settings, new EchoResponder(), NoLimit, metrics, TimeProvider.System);
        listeners.Start();
        using Socket socket = new(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp);
        socket.Connect(new IPEndPoint(IPAddress.IPv6Loopback, listeners.EndPoints[0].Port));
        await socket.SendAsync(new byte[] { 9 });
        Assert.Equal([9], await ReceiveAsync(socket));
    }

    [Fact]
    public async Task Ipv6_IsServed()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "no IPv6 here");
        DnsListenerSettings settings = new() { EndPoints = [new IPEndPoint(IPAddress.IPv6Loopback, 0)] };
        using DnsMetrics metrics = new(null);
        await using DnsListeners listeners = DnsListeners.Bind(settings, new EchoResponder(), NoLimit, metrics, TimeProvider.System);
        listeners.Start();
        using Socket socket = Connect(listeners);
        await socket.SendAsync(new byte[] { 9 });
        Assert.Equal([9], await ReceiveAsync(socket));
    }

    [Fact]
    public void Bind_TakenPort_ThrowsAndLeavesNothingBound()
    {
        using Socket holder = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        holder.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        IPEndPoint taken = (IPEndPoint)holder.LocalEndPoint!;
        using DnsMetrics metrics = new(null);
        DnsListenerSettings settings = new() { EndPoints = [new IPEndPoint(IPAddress.Loopback, 0), taken] };

        Assert.Throws<SocketException>(() => DnsListeners.Bind(settings, new EchoResponder(), NoLimit, metrics, TimeProvider.System));
    }

    [Theory]
    [MemberData(nameof(Loops))]
    public async Task Loop_PerQuery_AllocatesNothing(bool batching)
    {
        AllocationProbe probe = new();
        await using DnsListeners listeners = Start(batching, probe);
        using Socket socket = Connect(listeners);
        for (int i = 0; i < 1000; i++)
        {
            await socket.SendAsync(new byte[] { 1, 2, 3 });
            await ReceiveAsync(socket);
        }

        Assert.Equal(0, probe.AllocatedAt[999] - probe.AllocatedAt[499]);
    }

    private static ResponseRateLimiter NoLimit => new(TimeProvider.System, new Random(1));

    private static DnsListeners Start(bool batching, IDnsResponder responder, int sockets = 1, DnsMetrics? metrics = null)
    {
        DnsListenerSettings settings = new()
        {
            EndPoints = [new IPEndPoint(IPAddress.Loopback, 0)],
            UdpBatching = batching,
            UdpSockets = sockets,
        };
        DnsListeners listeners = DnsListeners.Bind(settings, responder, NoLimit, metrics ?? new DnsMetrics(null), TimeProvider.System);
        listeners.Start();
        return listeners;
    }

    private static Socket Connect(DnsListeners listeners)
    {
        Socket socket = new(listeners.EndPoints[0].AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        socket.Connect(listeners.EndPoints[0]);
        return socket;
    }

    private static async Task<byte[]> ReceiveAsync(Socket socket)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(10));
        byte[] buffer = new byte[16384];
        int length = await socket.ReceiveAsync(buffer, SocketFlags.None, patience.Token);
        return buffer[..length];
    }
}
