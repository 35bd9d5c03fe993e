using System.Diagnostics;
using System.Net;
using Kind = Muster.Cluster.Tests.Sockets.RecordingHandler.Kind;

namespace Muster.Cluster.Tests.Sockets;

public sealed class SocketTransportTests
{
    [Fact]
    public async Task Dial_PeerWithTheSecret_BothLearnWhoTheOtherIs()
    {
        await using var a = new SocketPeer("a");
        await using var b = new SocketPeer("b");
        a.Transport.Dial($"localhost:{b.Port}");
        RecordingHandler.Event atA = await a.Handler.NextAsync(Kind.Connected);
        RecordingHandler.Event atB = await b.Handler.NextAsync(Kind.Connected);
        Assert.Equal("b dialed", atA.Text);
        Assert.Equal("a called", atB.Text);
        Assert.Equal(b.Hello, atA.Hello);
        Assert.Equal(a.Hello, atB.Hello);
    }

    [Fact]
    public async Task Send_MessagesOfAllLengths_ArriveWholeAndInOrder()
    {
        await using var a = new SocketPeer("a");
        await using var b = new SocketPeer("b");
        (ILink mine, ILink theirs) = await a.ConnectAsync(b);
        var random = new Random(5);
        var sent = new List<byte[]>();
        foreach (int length in (int[])[0, 1, 3, 4, 5, 1000, 65_531, 65_532, 65_533, 65_536, 200_000, 1 << 20, 7, 1 << 20, 0, 9])
        {
            byte[] message = new byte[length];
            random.NextBytes(message);
            sent.Add(message);
            Assert.True(mine.TrySend(message));
        }

        foreach (byte[] message in sent)
        {
            byte[] received = (await b.Handler.NextAsync(Kind.Message)).Bytes;
            Assert.True(message.AsSpan().SequenceEqual(received), $"of {message.Length} bytes came {received.Length}, or others");
        }

        Assert.True(theirs.TrySend([1, 2, 3]));
        Assert.Equal([1, 2, 3], (await a.Handler.NextAsync(Kind.Message)).Bytes);

        // counted after they were written, and so perhaps after they arrived
        Assert.True(SpinWait.SpinUntil(() => a.Transport.Counters.SentBytes == b.Transport.Counters.ReceivedBytes, TimeSpan.FromSeconds(20)));
        Assert.True(b.Transport.Counters.ReceivedBytes > 2 << 20);
    }

    [Fact]
    public async Task Send_PeerThatDoesNotRead_IsRefusedAtTheBoundAndTakesNoMoreMemory()
    {
        using var stuck = new ManualResetEventSlim();
        await using var a = new SocketPeer("a", change: options => options with { MaxQueuedBytes = 2 << 20, CloseTimeout = TimeSpan.FromMilliseconds(50) });
        await using var b = new SocketPeer("b");
        (ILink mine, _) = await a.ConnectAsync(b);
        b.Handler.OnEachMessage = (_, _) => stuck.Wait(TestContext.Current.CancellationToken);
        try
        {
            byte[] message = new byte[100_000];
            Assert.True(Fill(mine, message) >= 20);
            Assert.InRange(mine.QueuedBytes, 1, 2 << 20);
            mine.Close("test");
            Assert.Equal("test", (await a.Handler.NextAsync(Kind.Disconnected)).Text);
            Assert.False(mine.TrySend(message));
        }
        finally
        {
            // or a failure above would wait for ever for the loop of b
            stuck.Set();
        }
    }

    /// <summary>
    /// Sends until nothing is taken for 300 ms: the queue is full only when the sockets' buffers are, which the kernel lets
    /// grow, and a busy machine fills late. Returns how many messages were taken.
    /// </summary>
    private static int Fill(ILink link, byte[] message)
    {
        int taken = 0;
        var refused = Stopwatch.StartNew();
        bool isFull = SpinWait.SpinUntil(
            () =>
            {
                if (link.TrySend(message))
                {
                    taken++;
                    refused.Restart();
                }

                return refused.Elapsed > TimeSpan.FromMilliseconds(300);
            },
            TimeSpan.FromSeconds(20));
        Assert.True(isFull, $"the queue never filled: {taken} messages were taken");
        return taken;
    }

    [Fact]
    public async Task Close_WithMessagesThatWait_SendsThemFirst()
    {
        await using var a = new SocketPeer("a");
        await using var b = new SocketPeer("b");
        (ILink mine, _) = await a.ConnectAsync(b);
        for (byte i = 0; i < 100; i++)
        {
            Assert.True(mine.TrySend([i]));
        }

        mine.Close("done");
        Assert.False(mine.TrySend([1]));
        for (byte i = 0; i < 100; i++)
        {
            Assert.Equal([i], (await b.Handler.NextAsync(Kind.Message)).Bytes);
        }

        Assert.Equal("the peer closed the connection", (await b.Handler.NextAsync(Kind.Disconnected)).Text);
        Assert.Equal("done", (await a.Handler.NextAsync(Kind.Disconnected)).Text);
    }

    [Fact]
    public async Task Dispose_OfOneEnd_EndsTheOther()
    {
        var a = new SocketPeer("a");
        await using var b = new SocketPeer("b");
        await a.ConnectAsync(b);
        await a.DisposeAsync();
        await b.Handler.NextAsync(Kind.Disconnected);
    }

    [Fact]
    public async Task Handler_ThatFails_LosesTheMessageAndNotTheLink()
    {
        await using var a = new SocketPeer("a");
        await using var b = new SocketPeer("b");
        (ILink mine, ILink theirs) = await a.ConnectAsync(b);
        b.Handler.OnEachMessage = (_, message) =>
        {
            b.Handler.OnEachMessage = null;
            throw new InvalidOperationException($"planted for {message[0]}");
        };
        Assert.True(mine.TrySend([1]));
        Assert.True(mine.TrySend([2]));
        RecordingHandler.Event failed = await b.Handler.NextAsync(Kind.Failed);
        Assert.Equal((theirs, "planted for 1"), (failed.Link, failed.Text));
        Assert.Equal([2], (await b.Handler.NextAsync(Kind.Message)).Bytes);
    }

    [Fact]
    public async Task Dial_NameThatIsNeverResolved_FailsInTime()
    {
        var never = new TaskCompletionSource<IPAddress[]>();
        await using var a = new SocketPeer(
            "a", change: options => options with { Resolve = (_, _) => never.Task, HandshakeTimeout = TimeSpan.FromMilliseconds(100) });
        a.Transport.Dial("slow.example:1");
        Assert.Equal("its name was not resolved in time", (await a.Handler.NextAsync(Kind.DialFailed)).Text);
    }

    [Fact]
    public async Task Dial_ItselfNobodyOrNonsense_SaysWhy()
    {
        await using var a = new SocketPeer("a");
        a.Transport.Dial(a.Address);
        Assert.Equal("it is this server itself", (await a.Handler.NextAsync(Kind.DialFailed)).Text);
        a.Transport.Dial("127.0.0.1:1");
        Assert.Equal("nobody listens there", (await a.Handler.NextAsync(Kind.DialFailed)).Text);
        a.Transport.Dial("a b:c");
        Assert.Equal("it is neither a name nor an address", (await a.Handler.NextAsync(Kind.DialFailed)).Text);
        a.Transport.Dial("no-such-host.invalid");
        Assert.NotEmpty((await a.Handler.NextAsync(Kind.DialFailed)).Text);
    }

    [Fact]
    public async Task Dial_NameWhoseAnswerChanges_IsResolvedEachTimeAndLeadsToAllItStandsFor()
    {
        IPAddress[] answer = [];
        await using var a = new SocketPeer("a", change: options => options with { Resolve = (_, _) => Task.FromResult(answer) });
        await using var b = new SocketPeer("b");
        await using var c = new SocketPeer("c", change: options => options with { ListenOn = new IPEndPoint(IPAddress.Parse("127.0.0.7"), b.Port) });
        string target = $"peers.example:{b.Port}";
        a.Transport.Dial(target);
        Assert.Equal("its name stands for no address", (await a.Handler.NextAsync(Kind.DialFailed)).Text);
        answer = [IPAddress.Loopback];
        a.Transport.Dial(target);
        Assert.Equal("b dialed", (await a.Handler.NextAsync(Kind.Connected)).Text);
        await b.Handler.NextAsync(Kind.Connected);
        answer = [IPAddress.Parse("127.0.0.9"), c.Transport.EndPoint.Address]; // nobody is at the first
        Assert.Null(await a.Transport.JoinAsync(target));
        Assert.Equal("c dialed", (await a.Handler.NextAsync(Kind.Connected)).Text);
        await c.Handler.NextAsync(Kind.Connected);
        answer = [IPAddress.Loopback, c.Transport.EndPoint.Address];
        a.Transport.Dial(target);
        await b.Handler.NextAsync(Kind.Connected);
        await c.Handler.NextAsync(Kind.Connected);
    }

    [Fact]
    public async Task Call_RunsInTheLoopAndEndsWithIt()
    {
        var a = new SocketPeer("a");
        Assert.Equal("cluster", await a.Loop.CallAsync(() => Thread.CurrentThread.Name));
        await Assert.ThrowsAsync<InvalidOperationException>(() => a.Loop.CallAsync<int>(() => throw new InvalidOperationException("planted")));
        await a.DisposeAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => a.Loop.CallAsync(() => 1));
    }

    [Fact]
    public async Task Send_ManySmallMessages_AllocatesNothingPerMessage()
    {
        await using var a = new SocketPeer("a");
        await using var b = new SocketPeer("b");
        (ILink mine, _) = await a.ConnectAsync(b);
        b.Handler.OnEachMessage = static (_, _) => { };
        byte[] message = new byte[64];
        Send(100);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Send(100);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 * 1024);

        void Send(int rounds)
        {
            for (int i = 0; i < rounds * 100; i++)
            {
                Assert.True(mine.TrySend(message));
                if (i % 100 == 99)
                {
                    SpinWait.SpinUntil(() => mine.QueuedBytes == 0, TimeSpan.FromSeconds(20));
                }
            }
        }
    }
}
