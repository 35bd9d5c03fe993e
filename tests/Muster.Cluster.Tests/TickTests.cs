using System.Diagnostics;
using Muster.Cluster.Tests.Net;

namespace Muster.Cluster.Tests;

public class TickTests
{
    [Fact]
    public void Tick_WhenNothingIsDue_AllocatesNothing()
    {
        TestCluster cluster = TestCluster.Started(5);
        ClusterNode node = cluster[0].Node;
        cluster.Time.Advance(TimeSpan.FromMilliseconds(15));
        node.Tick();
        const int Ticks = 100_000;
        long allocated = 0;
        var watch = new Stopwatch();
        for (int round = 0; round < 3; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            watch.Restart();
            for (int i = 0; i < Ticks; i++)
            {
                node.Tick();
            }

            watch.Stop();
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        TestContext.Current.SendDiagnosticMessage($"{watch.Elapsed.TotalNanoseconds / Ticks:0} ns a tick");
        Assert.Equal(0, allocated);
    }

    [Fact]
    public void SameSeed_SaysTheSame()
    {
        Assert.Equal(Trace(5), Trace(5));
        Assert.NotEqual(Trace(5), Trace(6));
    }

    private static (int Messages, ulong Hash) Trace(int seed)
    {
        ulong hash = 14695981039346656037;
        int messages = 0;
        var cluster = new TestCluster(4, seed);
        var random = new Random(seed);
        cluster.Network.Breaks = (_, _) => random.NextDouble() < 0.02;
        cluster.Network.Alters = (_, message) =>
        {
            foreach (byte value in message)
            {
                hash = (hash ^ value) * 1099511628211;
            }

            messages++;
            return message;
        };
        foreach (TestServer server in cluster.Servers)
        {
            server.Node.Start();
        }

        for (int i = 0; i < 200; i++)
        {
            cluster[random.Next(4)].Register($"s{i % 7}", $"i{random.Next(50)}", ttl: 5, port: i + 1);
            cluster.Run(0.1);
        }

        return (messages, hash);
    }
}
