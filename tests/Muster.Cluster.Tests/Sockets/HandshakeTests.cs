using System.Net;
using System.Net.Sockets;
using Muster.Cluster.Sockets;
using Kind = Muster.Cluster.Tests.Sockets.RecordingHandler.Kind;

namespace Muster.Cluster.Tests.Sockets;

public sealed class HandshakeTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("")]
    [InlineData("the secret of this tesT")]
    public async Task Dial_WithAnotherSecret_IsRefusedOnBothSides(string secret)
    {
        await using var a = new SocketPeer("a");
        await using var stranger = new SocketPeer("stranger", secret);
        stranger.Transport.Dial(a.Address);
        Assert.Equal("the cluster's secret differs", (await stranger.Handler.NextAsync(Kind.DialFailed)).Text);
        a.AssertRefused(HandshakeFailure.WrongSecret);

        // a stranger that is called learns as little: the caller closes, and no link comes to be
        a.Transport.Dial(stranger.Address);
        Assert.Equal("the cluster's secret differs", (await a.Handler.NextAsync(Kind.DialFailed)).Text);
    }

    [Fact]
    public async Task Dial_WithoutCommonProtocol_IsRefused()
    {
        await using var a = new SocketPeer("a");
        await using var future = new SocketPeer("future") { MinProtocol = 9 };
        future.Transport.Dial(a.Address);
        Assert.Equal("the versions of Muster have no protocol in common", (await future.Handler.NextAsync(Kind.DialFailed)).Text);
    }

    [Fact]
    public async Task Accept_RecordedHandshakeSentAgain_IsRefused()
    {
        await using var a = new SocketPeer("a");
        await using var b = new SocketPeer("b");
        byte[] recorded = await RecordAsync(a, b);
        using Socket again = await DialAsync(a);
        await again.SendAsync(recorded, Cancellation);
        await ReadAllAsync(again);
        a.AssertRefused(HandshakeFailure.WrongSecret);
    }

    [Fact]
    public async Task Accept_OwnProofSentBack_IsRefused()
    {
        // a stranger answers the dialer with what the dialer itself sends
        await using var a = new SocketPeer("a");
        using var mirror = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        mirror.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        mirror.Listen();
        a.Transport.Dial($"127.0.0.1:{((IPEndPoint)mirror.LocalEndPoint!).Port}");
        using Socket caller = await mirror.AcceptAsync(Cancellation);
        byte[] opening = new byte[64];
        await ReadExactlyAsync(caller, opening);

        // another id, or the dialer takes it for itself
        opening[45] ^= 1;
        await caller.SendAsync(opening, Cancellation);
        byte[] proof = new byte[1024];
        int count = await caller.ReceiveAsync(proof, Cancellation);
        byte[] reflected = [0, .. proof[..count]];
        await caller.SendAsync(reflected, Cancellation);
        Assert.Equal("the cluster's secret differs", (await a.Handler.NextAsync(Kind.DialFailed)).Text);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\n................................................")]
    [InlineData("\u0016\u0003\u0001 something that looks like the beginning of TLS, and goes on for more than 64 bytes")]
    public async Task Accept_OtherProtocols_AreEndedAndCounted(string text)
    {
        await using var a = new SocketPeer("a");
        using Socket socket = await DialAsync(a);
        await socket.SendAsync(System.Text.Encoding.Latin1.GetBytes(text), Cancellation);
        Assert.Empty(await ReadAllAsync(socket));
        a.AssertRefused(HandshakeFailure.NotAPeer);
    }

    [Fact]
    public async Task Accept_CallerThatSaysNothing_IsEndedInTime()
    {
        await using var a = new SocketPeer("a", change: options => options with { HandshakeTimeout = TimeSpan.FromMilliseconds(200) });
        using Socket socket = await DialAsync(a);
        Assert.Empty(await ReadAllAsync(socket));
        a.AssertRefused(HandshakeFailure.TimedOut);
    }

    [Fact]
    public async Task Accept_LongHello_IsRefusedAfterAtMostAKilobyte()
    {
        await using var a = new SocketPeer("a");
        await using var b = new SocketPeer("b");
        byte[] recorded = await RecordAsync(a, b);
        using Socket socket = await DialAsync(a);
        byte[] longer = [.. recorded[..64], 0xff, 0xff, .. new byte[4096]];
        await socket.SendAsync(longer, Cancellation);
        await ReadAllAsync(socket);
        a.AssertRefused(HandshakeFailure.Malformed);
    }

    [Fact]
    public async Task Accept_MoreThanMayWait_TheOldestGivesWayAndAPeerStillGetsIn()
    {
        await using var a = new SocketPeer("a", change: options => options with { MaxUnproven = 4 });
        await using var b = new SocketPeer("b");
        var idle = new List<Socket>();
        for (int i = 0; i < 8; i++)
        {
            idle.Add(await DialAsync(a));
        }

        Assert.Empty(await ReadAllAsync(idle[0]));
        await b.ConnectAsync(a);
        idle.ForEach(static socket => socket.Dispose());
    }

    [Fact]
    public async Task Accept_RandomBytes_NeverEndTheListener()
    {
        await using var a = new SocketPeer("a");
        await using var b = new SocketPeer("b");
        byte[] recorded = await RecordAsync(a, b);
        var random = new Random(11);
        for (int i = 0; i < 100; i++)
        {
            byte[] damaged = [.. recorded];
            for (int changes = random.Next(1, 4); changes > 0; changes--)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            using Socket socket = await DialAsync(a);
            await socket.SendAsync(damaged.AsMemory(0, random.Next(damaged.Length)), Cancellation);
            socket.Shutdown(SocketShutdown.Send);
            await ReadAllAsync(socket);
        }

        await a.ConnectAsync(b);
    }

    /// <summary>What a dialer sends until it is let in.</summary>
    private static async Task<byte[]> RecordAsync(SocketPeer listener, SocketPeer dialer)
    {
        using Socket socket = await DialAsync(listener);
        await using var stream = new RecordingStream(new NetworkStream(socket));
        HandshakeResult result = await new PeerHandshake(new PeerSecret("the secret of this test"), () => dialer.Hello).DialAsync(stream, Cancellation);
        Assert.Equal(HandshakeFailure.None, result.Failure);
        await listener.Handler.NextAsync(Kind.Connected);
        socket.Dispose();
        await listener.Handler.NextAsync(Kind.Disconnected);
        return stream.Written;
    }

    private static async Task<Socket> DialAsync(SocketPeer peer)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, peer.Port, Cancellation);
        return socket;
    }

    private static async Task ReadExactlyAsync(Socket socket, byte[] buffer)
    {
        for (int count = 0; count < buffer.Length;)
        {
            int read = await socket.ReceiveAsync(buffer.AsMemory(count), Cancellation);
            Assert.True(read > 0);
            count += read;
        }
    }

    /// <summary>Everything until the other side ends the connection.</summary>
    private static async Task<byte[]> ReadAllAsync(Socket socket)
    {
        var all = new MemoryStream();
        byte[] buffer = new byte[1024];
        try
        {
            while (await socket.ReceiveAsync(buffer, Cancellation).AsTask().WaitAsync(TimeSpan.FromSeconds(20), Cancellation) is > 0 and int read)
            {
                all.Write(buffer, 0, read);
            }
        }
        catch (SocketException)
        {
            // ended the hard way, because it did not read all that was sent
        }

        return all.ToArray();
    }
}
