using Muster.Cluster;

namespace Muster.FunctionalTests.Clusters;

/// <summary>Some agents of one cluster in this process, on free ports of loopback.</summary>
internal sealed class Servers : IAsyncDisposable
{
    public const string Secret = "the secret of this test";

    private readonly List<RunningAgent> _all = [];

    public RunningAgent this[int index] => _all[index];

    public int Count => _all.Count;

    /// <summary>Starts servers n1, n2, ...; each but the first is told of the first only. They are ready when this returns.</summary>
    public static async Task<Servers> StartAsync(int count, params string[] flags)
    {
        var servers = new Servers();
        await servers.AddAsync("n1", flags);
        for (int i = 2; i <= count; i++)
        {
            await servers.AddAsync($"n{i}", [$"-retry-join={servers[0].Agent.PeerEndPoint}", .. flags]);
        }

        await UntilAsync(() => servers._all.TrueForAll(server => InSight(server) == count));
        return servers;
    }

    /// <summary>Starts one more and waits until it is ready.</summary>
    public async Task<RunningAgent> AddAsync(string name, params string[] flags)
    {
        bool hasPlace = flags.Any(static flag => flag.StartsWith("-data-dir", StringComparison.Ordinal));
        RunningAgent agent = await RunningAgent.StartAsync([.. hasPlace ? Array.Empty<string>() : ["-dev"], $"-node={name}", "-serf-lan-port=0", "-encrypt=" + Secret, .. flags]);
        _all.Add(agent);
        await agent.Agent.BecomingReady.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        return agent;
    }

    /// <summary>Ends a server without a goodbye.</summary>
    public async Task KillAsync(int index)
    {
        RunningAgent agent = _all[index];
        _all.RemoveAt(index);
        await agent.DisposeAsync();
    }

    /// <summary>How one server sees another; null when it does not know it.</summary>
    public static MemberView? Seen(RunningAgent by, string name) => by.Agent.Cluster.View.Members.FirstOrDefault(member => member.Record.Name == name);

    public static int InSight(RunningAgent by) => by.Agent.Cluster.View.InSight;

    public static async Task UntilAsync(Func<bool> condition)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        DateTime until = DateTime.UtcNow.AddSeconds(30);
        while (!condition())
        {
            Assert.True(DateTime.UtcNow < until, "it did not happen within 30 s");
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Whether <c>/metrics</c> has a series. Agents of one process share their meters, so that the figure may be another's.</summary>
    public static async Task<bool> ShowsMetricAsync(RunningAgent agent, string series) =>
        (await agent.GetAsync("/metrics")).Split('\n').Any(line => line.StartsWith(series + " ", StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        foreach (RunningAgent agent in _all)
        {
            await agent.DisposeAsync();
        }
    }
}
