using System.Net.Sockets;
using System.Text;

namespace Muster.FunctionalTests;

[Collection(nameof(Alone))]
public class SlowReaderTests
{
    private const int Instances = 2000;
    private const int Readers = 40;

    /// <summary>More than the answer has, which is kept once. Each reader may hold a piece of it, not all of its three million bytes.</summary>
    private const int AnswerBytes = 8 * 1024 * 1024;

    [Fact]
    public async Task Watchers_ThatReadNothingOrAByteASecond_AreDisconnectedAndOthersAreServed()
    {
        await using RunningAgent agent = await RunningAgent.StartAsync("-dev");
        for (int i = 0; i < Instances; i++)
        {
            await agent.RegisterAsync($$"""{"Name":"large","ID":"large-{{i}}","Port":80,"Address":"10.0.0.1","Tags":["production","{{new string('t', 500)}}"]}""");
        }

        long index = agent.Agent.Catalog.ServiceIndex("large");
        List<Socket> silent = [.. Enumerable.Range(0, Readers).Select(_ => Park(agent, index))];
        WaitUntil(() => agent.Agent.Catalog.ServicePoint("large").Count == Readers, 30);
        Task<string> reader = agent.GetAsync($"/v1/health/service/large?index={index}&wait=5m");
        WaitUntil(() => agent.Agent.Catalog.ServicePoint("large").Count == Readers + 1, 30);
        long before = GC.GetTotalMemory(forceFullCollection: true);

        await agent.RegisterAsync("""{"Name":"large","ID":"one-more","Port":80}""");

        Assert.Contains("one-more", await reader, StringComparison.Ordinal);
        long grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.InRange(grown, long.MinValue, AnswerBytes + (Readers * 1024 * 1024));
        using var second = new PeriodicTimer(TimeSpan.FromSeconds(1));
        for (int seconds = 0; agent.Agent.OpenConnections > 2; seconds++)
        {
            Assert.InRange(seconds, 0, 60);
            await second.WaitForNextTickAsync(TestContext.Current.CancellationToken);
            foreach (Socket slow in silent.Where((_, number) => number % 2 == 0))
            {
                ReadOneByte(slow);
            }
        }

        silent.ForEach(socket => socket.Dispose());
    }

    private static Socket Park(RunningAgent agent, long index)
    {
        // a window as small as it gets, so that little of the answer fits into the kernel
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        socket.Connect("127.0.0.1", agent.Client.BaseAddress!.Port);
        socket.Send(Encoding.ASCII.GetBytes($"GET /v1/health/service/large?index={index}&wait=5m HTTP/1.1\r\nHost: x\r\n\r\n"));
        return socket;
    }

    private static void ReadOneByte(Socket socket)
    {
        try
        {
            socket.Receive(new byte[1]);
        }
        catch (SocketException)
        {
            // disconnected, as it should be
        }
    }

    private static void WaitUntil(Func<bool> condition, int seconds) =>
        Assert.True(SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(seconds)), $"it did not happen within {seconds} s");
}
