using System.Diagnostics.Metrics;
using Muster.Catalog;
using Muster.Checks;
using Muster.Model;
using Muster.Server.Hosting;

namespace Muster.Server.Tests.Hosting;

/// <summary>Of several servers with one catalog, only the one that is responsible for an instance makes its checks.</summary>
public sealed class OwnershipTests : IAsyncDisposable
{
    private static readonly CheckDefinition Remote = new()
    {
        Name = "remote", Kind = CheckKind.Tcp, Target = new ProbeTarget("10.255.0.1:80"), Interval = TimeSpan.FromHours(1),
    };

    private static readonly CheckDefinition Loopback = Remote with { Name = "loopback", Id = "loopback", Target = new ProbeTarget("127.0.0.1:1") };

    private readonly TwoServers _servers = new();
    private readonly Meter _meter = new("test");
    private readonly List<IAsyncDisposable> _started = [];

    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable one in _started)
        {
            await one.DisposeAsync();
        }

        _meter.Dispose();
    }

    [Fact]
    public async Task Probes_AreMadeByTheOwnerAlone_AndChangeHandsWithIt()
    {
        CheckScheduler near = Supervise(_servers.Near), far = Supervise(_servers.Far);
        TwoServers.Register(_servers.Near, "web-1", Remote, Loopback);
        _servers.Exchange();
        await UntilAsync(() => (near.Count, far.Count) == (2, 0));

        _servers.LoseNear();
        await UntilAsync(() => far.Count == 1);
        Instance adopted = _servers.Far.FindInstances("web-1")[0];
        Assert.Equal("near", adopted.Node.Name);
        Assert.True(adopted.IsStale(adopted.FindCheck("loopback")!));
        Assert.False(adopted.IsStale(adopted.FindCheck("service:web-1")!));

        _servers.Exchange();
        await UntilAsync(() => (near.Count, far.Count) == (0, 1));
        _servers.Near.Replica.Reclaim(1000, "near is back");
        await UntilAsync(() => near.Count == 2);
        _servers.Exchange();
        await UntilAsync(() => (near.Count, far.Count) == (2, 0));
        Assert.False(_servers.Far.FindInstances("web-1")[0].IsAdopted());
    }

    [Fact]
    public async Task Probes_OfTheServersOwnNode_AreMadeThere()
    {
        CheckScheduler near = Supervise(_servers.Near), far = Supervise(_servers.Far);
        Assert.True(_servers.Near.RegisterCheck("near", null, Remote with { Id = "disk" }, null, null).Ok);
        _servers.Exchange();
        await UntilAsync(() => (near.Count, far.Count) == (1, 0));
    }

    [Fact]
    public void Result_OfAFormerOwner_DoesNotCount()
    {
        TwoServers.Register(_servers.Near, "web-1", Remote with { InitialStatus = HealthStatus.Passing });
        _servers.Exchange();
        _servers.LoseNear();
        _servers.Exchange();

        Assert.True(_servers.Near.ReportCheck("near", "service:web-1", HealthStatus.Critical, "late", ReportKind.Probe).Ok);
        Assert.Equal(HealthStatus.Passing, _servers.Near.FindInstances("web-1")[0].Status);
        Assert.True(_servers.Far.ReportCheck("near", "service:web-1", HealthStatus.Critical, "seen", ReportKind.Probe).Ok);
        _servers.Exchange();
        Assert.Equal(HealthStatus.Critical, _servers.Near.FindInstances("web-1")[0].Status);
    }

    [Fact]
    public async Task Aliases_AreJudgedByTheirOwnServerAlone()
    {
        foreach (Catalog.Catalog catalog in new[] { _servers.Near, _servers.Far })
        {
            var follower = new AliasFollower(catalog);
            _started.Add(follower);
            follower.Start();
        }

        TwoServers.Register(_servers.Near, "db", new CheckDefinition { Name = "ttl", Kind = CheckKind.Ttl, Ttl = TimeSpan.FromHours(1), InitialStatus = HealthStatus.Passing });
        var alias = new CheckDefinition { Id = "alias", Name = "alias", Kind = CheckKind.Alias, Alias = new AliasTarget("", "db") };
        TwoServers.Register(_servers.Near, "web-1", alias);
        await UntilAsync(() => StatusAt(_servers.Near) == HealthStatus.Passing);
        _servers.Exchange();
        Assert.Equal(HealthStatus.Passing, StatusAt(_servers.Far));

        _servers.LoseNear();
        _servers.Far.ReportCheck("near", "service:db", HealthStatus.Critical, "down", ReportKind.Ttl);
        Instance adopted = _servers.Far.FindInstances("web-1")[0];
        Assert.True(adopted.IsStale(adopted.FindCheck("alias")!));
        _servers.Exchange();
        Assert.Equal((HealthStatus.Passing, HealthStatus.Passing), (StatusAt(_servers.Near), StatusAt(_servers.Far)));

        _servers.Near.Replica.Reclaim(1000, "near is back");
        await UntilAsync(() => StatusAt(_servers.Near) == HealthStatus.Critical);
        _servers.Exchange();
        Assert.Equal(HealthStatus.Critical, StatusAt(_servers.Far));
    }

    private static HealthStatus StatusAt(Catalog.Catalog catalog) => catalog.FindInstances("web-1")[0].FindCheck("alias")!.Status;

    private CheckScheduler Supervise(Catalog.Catalog catalog)
    {
        CheckScheduler? scheduler = null;
        var supervisor = new ProbeSupervisor(
            catalog, ProbeContext.Default, sink => scheduler = new CheckScheduler(new CheckSchedulerOptions(), sink, _servers.Time, new Random(1), _meter));
        _started.Add(supervisor);
        supervisor.Start();
        return scheduler!;
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!condition())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
