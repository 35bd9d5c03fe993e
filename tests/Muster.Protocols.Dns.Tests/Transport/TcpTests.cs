using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Muster.Protocols.Dns.Transport;

namespace Muster.Protocols.Dns.Tests.Transport;

public sealed class TcpTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public async Task Pipelined_QueriesAreAnsweredInOrder()
    {
        await using DnsListeners listeners = Start();
        using TcpClient client = await ConnectAsync(listeners);
        byte[] all = [.. Enumerable.Range(1, 1000).SelectMany(i => Frame(1, (byte)i, (byte)(i >> 8)))];

        await client.GetStream().WriteAsync(all);

        for (int i = 1; i <= 1000; i++)
        {
            Assert.Equal([1, (byte)i, (byte)(i >> 8)], await ReadFrameAsync(client));
        }
    }

    [Fact]
    public async Task IdleAndHalfSentConnections_DelayNobody()
    {
        await using DnsListeners listeners = Start();
        List<TcpClient> others = [];
        try
        {
            for (int i = 0; i < 90; i++)
            {
                TcpClient other = await ConnectAsync(listeners);
                others.Add(other);
                await other.GetStream().WriteAsync(Frame(1, 2, 3).AsMemory(0, i % 5)); // nothing, half a length, half a query
            }

            using TcpClient client = await ConnectAsync(listeners);
            await client.GetStream().WriteAsync(Frame(7));
            Assert.Equal([7], await ReadFrameAsync(client));
        }
        finally
        {
            others.ForEach(static other => other.Dispose());
        }
    }

    [Fact]
    public async Task ByteByByte_QueryIsAnswered()
    {
        await using DnsListeners listeners = Start();
        using TcpClient client = await ConnectAsync(listeners);
        client.NoDelay = true;
        foreach (byte value in Frame(1, 2, 3))
        {
            await client.GetStream().WriteAsync(new[] { value });
        }

        Assert.Equal([1, 2, 3], await ReadFrameAsync(client));
    }

    [Fact]
    public async Task LargestQuery_IsAnsweredAndALongerOneCloses()
    {
        await using DnsListeners listeners = Start();
        using TcpClient client = await ConnectAsync(listeners);
        byte[] query = new byte[4096];
        query[0] = 1;
        await client.GetStream().WriteAsync(Frame(query));
        Assert.Equal(query, await ReadFrameAsync(client));

        await client.GetStream().WriteAsync(new byte[] { 0x10, 0x01, 1 });

        Assert.True(await IsClosedAsync(client));
    }

    [Fact]
    public async Task UnanswerableQuery_ClosesTheConnection()
    {
        await using DnsListeners listeners = Start();
        using TcpClient client = await ConnectAsync(listeners);
        await client.GetStream().WriteAsync(Frame(0));
        Assert.True(await IsClosedAsync(client));
    }

    [Fact]
    public async Task ResponderFault_ClosesOnlyThatConnection()
    {
        await using DnsListeners listeners = Start();
        using TcpClient bad = await ConnectAsync(listeners);
        using TcpClient good = await ConnectAsync(listeners);
        await bad.GetStream().WriteAsync(Frame(255));
        Assert.True(await IsClosedAsync(bad));
        await good.GetStream().WriteAsync(Frame(5));
        Assert.Equal([5], await ReadFrameAsync(good));
    }

    [Fact]
    public async Task IdleTimeout_HalfAQueryDoesNotKeepTheConnection()
    {
        await using DnsListeners listeners = Start();
        using TcpClient client = await ConnectAsync(listeners);
        await client.GetStream().WriteAsync((byte[])[.. Frame(1), 0, 3, 1]);
        await ReadFrameAsync(client);

        _time.Advance(TimeSpan.FromSeconds(11));

        Assert.True(await IsClosedAsync(client));
    }

    [Theory]
    [InlineData(1, 100)]
    [InlineData(100, 1)]
    public async Task OverALimit_NewConnectionIsClosedAndRoomIsGivenBack(int maxConnections, int maxPerClient)
    {
        await using DnsListeners listeners = Start(maxConnections, maxPerClient);
        using (TcpClient first = await ConnectAsync(listeners))
        {
            await first.GetStream().WriteAsync(Frame(1));
            await ReadFrameAsync(first);
            using TcpClient second = await ConnectAsync(listeners);
            Assert.True(await IsClosedAsync(second));
            await first.GetStream().WriteAsync(Frame(0)); // makes the server close the first
            Assert.True(await IsClosedAsync(first));
        }

        // The slot is free a moment after the client sees the close: ask until it is.
        while (true)
        {
            using TcpClient third = await ConnectAsync(listeners);
            try
            {
                await third.GetStream().WriteAsync(Frame(3));
                Assert.Equal([3], await ReadFrameAsync(third));
                break;
            }
            catch (IOException)
            {
                // still refused
            }
        }
    }

    [Fact]
    public async Task Stop_ClosesOpenConnections()
    {
        DnsListeners listeners = Start();
        using TcpClient client = await ConnectAsync(listeners);
        await client.GetStream().WriteAsync(Frame(1));
        await ReadFrameAsync(client);

        await listeners.DisposeAsync();

        Assert.True(await IsClosedAsync(client));
    }

    private DnsListeners Start(int maxConnections = 100, int maxPerClient = 100)
    {
        DnsListenerSettings settings = new()
        {
            EndPoints = [new IPEndPoint(IPAddress.Loopback, 0)],
            Tcp = new TcpLimits(maxConnections, new ClientCounts(maxPerClient), TimeSpan.FromSeconds(10)),
        };
        DnsListeners listeners = DnsListeners.Bind(
            settings, new EchoResponder(), new ResponseRateLimiter(_time, new Random(1)), new DnsMetrics(null), _time);
        listeners.Start();
        return listeners;
    }

    private static async Task<TcpClient> ConnectAsync(DnsListeners listeners)
    {
        TcpClient client = new();
        await client.ConnectAsync(listeners.EndPoints[0]);
        return client;
    }

    private static byte[] Frame(params byte[] query)
    {
        byte[] frame = new byte[2 + query.Length];
        BinaryPrimitives.WriteUInt16BigEndian(frame, (ushort)query.Length);
        query.CopyTo(frame.AsSpan(2));
        return frame;
    }

    private static async Task<byte[]> ReadFrameAsync(TcpClient client)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(20));
        byte[] prefix = new byte[2];
        await client.GetStream().ReadExactlyAsync(prefix, patience.Token);
        byte[] answer = new byte[BinaryPrimitives.ReadUInt16BigEndian(prefix)];
        await client.GetStream().ReadExactlyAsync(answer, patience.Token);
        return answer;
    }

    private static async Task<bool> IsClosedAsync(TcpClient client)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(20));
        try
        {
            return await client.GetStream().ReadAsync(new byte[1], patience.Token) == 0;
        }
        catch (IOException)
        {
            return true; // reset rather than closed: what we sent was not read
        }
    }
}
