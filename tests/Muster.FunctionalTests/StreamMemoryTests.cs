using System.Net.Sockets;
using System.Text;

namespace Muster.FunctionalTests;

[Collection(nameof(Alone))]
public class StreamMemoryTests
{
    private const int Streams = 500;
    private const int Services = 20;

    /// <summary>All of it: Kestrel's connection, the request, the watch, and this side's socket.</summary>
    private const int MostBytes = 16 * 1024;

    [Fact]
    public async Task Streams_OfTwentyServices_HoldLittleWhileNothingHappens()
    {
        await using RunningAgent agent = await RunningAgent.StartAsync("-dev");
        for (int service = 0; service < Services; service++)
        {
            await agent.RegisterAsync($$"""{"Name":"service-{{service}}","Port":80}""");
        }

        string names = string.Join('&', Enumerable.Range(0, Services).Select(service => $"service=service-{service}"));
        byte[] request = Encoding.ASCII.GetBytes($"GET /api/v1/watch?{names} HTTP/1.1\r\nHost: x\r\n\r\n");
        int port = agent.Client.BaseAddress!.Port;
        List<Socket> warm = Open(agent, port, request, 50);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        List<Socket> open = Open(agent, port, request, Streams);
        long each = (GC.GetTotalMemory(forceFullCollection: true) - before) / Streams;

        TestContext.Current.SendDiagnosticMessage($"{each} bytes for each stream of {Services} services");
        Assert.InRange(each, 1, MostBytes);
        warm.ForEach(socket => socket.Dispose());
        open.ForEach(socket => socket.Dispose());
    }

    private static List<Socket> Open(RunningAgent agent, int port, byte[] request, int count)
    {
        int others = agent.Agent.Catalog.ServicePoint($"service-{Services - 1}").Count;
        var sockets = new List<Socket>(count);
        byte[] buffer = new byte[64 * 1024];
        for (int i = 0; i < count; i++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Connect("127.0.0.1", port);
            socket.Send(request);
            sockets.Add(socket);
        }

        foreach (Socket socket in sockets)
        {
            string read = "";
            while (!read.Contains($"\"service\":\"service-{Services - 1}\",\"cursor\"", StringComparison.Ordinal))
            {
                read += Encoding.ASCII.GetString(buffer, 0, socket.Receive(buffer));
            }
        }

        Assert.True(SpinWait.SpinUntil(
            () => agent.Agent.Catalog.ServicePoint($"service-{Services - 1}").Count == others + count, TimeSpan.FromSeconds(20)));
        return sockets;
    }
}
