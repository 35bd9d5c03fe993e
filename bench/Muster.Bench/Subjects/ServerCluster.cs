using System.Diagnostics;
using Muster.FaultProxy;

namespace Muster.Bench.Subjects;

/// <summary>Three durable servers on loopback, each linked with both others.</summary>
internal sealed class ServerCluster
{
    private static readonly TimeSpan MeshPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private ServerCluster(IReadOnlyList<ClusterServer> servers, FaultNetwork? network)
    {
        Servers = servers;
        Network = network;
    }

    public IReadOnlyList<ClusterServer> Servers { get; }

    /// <summary>What lies between the servers, if something does.</summary>
    public FaultNetwork? Network { get; }

    /// <summary>Starts the servers; returns when each is ready and linked with the others.</summary>
    public static ServerCluster Start(BenchContext context) => Start(context, network: null, []);

    /// <summary>As the other one, with a network between the servers that can be broken.</summary>
    public static ServerCluster StartWithNetwork(BenchContext context) => Start(context, context.AddNetwork(), []);

    /// <summary>As the other one, each server on one processor.</summary>
    public static ServerCluster StartOn(BenchContext context, params IReadOnlyList<int> processors) => Start(context, network: null, processors);

    /// <summary>Starts all servers, anew if they were there before, and does not wait.</summary>
    public void Launch()
    {
        foreach (var server in Servers)
        {
            server.Launch(Servers.Where(other => other != server));
        }
    }

    public void WaitUntilMeshed()
    {
        foreach (var server in Servers)
        {
            server.WaitUntilReady();
        }

        WaitUntil("links", () => Servers.All(server => server.Status().Connected >= Servers.Count - 1), MeshPatience);
    }

    /// <summary>Waits until all servers have the same digest; returns how long that took.</summary>
    public TimeSpan WaitUntilEqual(TimeSpan patience) => WaitUntil(
        "equal digests",
        () => Servers.Select(server => server.Status()).Select(status => (status.Digest, status.Entries)).Distinct().Count() == 1,
        patience);

    private static ServerCluster Start(BenchContext context, FaultNetwork? network, IReadOnlyList<int> processors)
    {
        const int Count = 3;
        var servers = new ClusterServer[Count];
        for (var i = 0; i < Count; i++)
        {
            servers[i] = new ClusterServer(context, i + 1, network, processors.Count > i ? processors[i] : null);
        }

        var cluster = new ServerCluster(servers, network);
        cluster.Launch();
        cluster.WaitUntilMeshed();
        return cluster;
    }

    private static TimeSpan WaitUntil(string what, Func<bool> holds, TimeSpan patience)
    {
        var clock = Stopwatch.StartNew();
        while (!holds())
        {
            if (clock.Elapsed > patience)
            {
                throw new BenchException($"no {what} after {patience.TotalSeconds:0} s");
            }

            Thread.Sleep(Pause);
        }

        return clock.Elapsed;
    }
}
