namespace Muster.Cluster.Tests.Net;

/// <summary>Servers that know one address of each other, in virtual time.</summary>
internal sealed class TestCluster
{
    private readonly List<TestServer> _servers = [];
    private readonly Func<ClusterOptions, ClusterOptions>? _with;

    public TestCluster(int servers, int seed = 1, Func<ClusterOptions, ClusterOptions>? with = null)
    {
        Seed = seed;
        _with = with;
        Network = new MemoryNetwork(Time);
        for (int i = 0; i < servers; i++)
        {
            Add();
        }
    }

    public int Seed { get; }

    public ManualTime Time { get; } = new();

    public MemoryNetwork Network { get; }

    public IReadOnlyList<TestServer> Servers => _servers;

    public TestServer this[int index] => _servers[index];

    public static TestCluster Started(int servers, int seed = 1, Func<ClusterOptions, ClusterOptions>? with = null)
    {
        var cluster = new TestCluster(servers, seed, with);
        foreach (TestServer server in cluster.Servers)
        {
            server.Node.Start();
        }

        cluster.Run(5);
        Assert.All(cluster.Servers, server => Assert.True(server.View.IsSynced, server.View.SyncDetail));
        Assert.True(cluster.IsInStep());
        return cluster;
    }

    /// <summary>A server more, which knows only the first one. Not started.</summary>
    public TestServer Add()
    {
        string[] targets = _servers.Count == 0 ? [] : [_servers[0].Address];
        var server = new TestServer(this, _servers.Count + 1, options => _with?.Invoke(options with { JoinTargets = targets }) ?? options with { JoinTargets = targets });
        _servers.Add(server);
        Network.Add(server);
        return server;
    }

    /// <summary>Lets much time pass in steps of a second, which are no pauses of a server.</summary>
    public void Pass(TimeSpan time)
    {
        TimeSpan end = Time.Now + time;
        while (Time.Now < end)
        {
            Step(TimeSpan.FromSeconds(1));
        }
    }

    /// <summary>Lets time pass in steps of 10 ms.</summary>
    public void Run(double seconds)
    {
        TimeSpan end = Time.Now + TimeSpan.FromSeconds(seconds);
        while (Time.Now < end)
        {
            Step(TimeSpan.FromMilliseconds(10));
        }
    }

    public void Step(TimeSpan by)
    {
        Time.Advance(by);
        Network.Run();
        foreach (TestServer server in _servers)
        {
            server.Tick();
        }
    }

    /// <summary>Runs until something is so; fails when it is not in time. Returns how long it took.</summary>
    public TimeSpan RunUntil(Func<bool> condition, double seconds)
    {
        TimeSpan begin = Time.Now;
        while (!condition())
        {
            Assert.True(Time.Now - begin < TimeSpan.FromSeconds(seconds), $"not in {seconds} s");
            Step(TimeSpan.FromMilliseconds(10));
        }

        return Time.Now - begin;
    }

    /// <summary>True when all that are up hold the same.</summary>
    public bool IsInStep() => IsInStep([.. _servers.Where(server => server.IsUp)]);

    public static bool IsInStep(params TestServer[] servers) =>
        servers.Select(server => server.Catalog.Replica.RootDigest).Distinct().Count() == 1
        && servers.Select(server => server.Catalog.Replica.EntryCount).Distinct().Count() == 1;
}
