using Muster.Model;

namespace Muster.Catalog.Tests;

public class StateTests
{
    private readonly CatalogHarness _harness = new();

    private InstanceState State => _harness.Find("web-1")!.State;

    private CommandResult Set(InstanceState state, string reason = "", long epoch = 0) =>
        _harness.Catalog.SetState(CatalogHarness.Node, "web-1", state, reason, epoch);

    private CommandResult Clear(InstanceState? only = null, long epoch = 0) =>
        _harness.Catalog.ClearState(CatalogHarness.Node, "web-1", only, epoch);

    private static InstanceDefinition Starting(long epoch = 0, int port = 80) =>
        CatalogHarness.Define("web", "web-1", port) with { IsStarting = true, Epoch = epoch };

    [Theory]
    [InlineData(InstanceState.Starting)]
    [InlineData(InstanceState.Draining)]
    [InlineData(InstanceState.OutOfService)]
    public void SetState_OtherThanUp_IsNotHealthyUntilCleared(InstanceState state)
    {
        _harness.Register("web", "web-1");
        long index = _harness.Index("web");
        Assert.True(Set(state).Ok);
        Assert.Equal((state, HealthStatus.Critical), (State, _harness.StatusOf("web-1")));
        Assert.True(_harness.Index("web") > index);

        index = _harness.Index("web");
        Assert.True(Set(state).Ok);
        Assert.Equal(index, _harness.Index("web"));

        Assert.True(Clear().Ok);
        Assert.Equal((InstanceState.Up, HealthStatus.Passing), (State, _harness.StatusOf("web-1")));
        Assert.True(Clear().Ok);
    }

    [Fact]
    public void SetState_OneAfterTheOther_TellsTheTimeline()
    {
        _harness.Register("web", "web-1");
        Set(InstanceState.Draining, "deploy 7");
        Assert.Equal("state up -> draining: deploy 7", _harness.LastCause("web"));
        Set(InstanceState.OutOfService, "disks");
        Assert.Equal("maintenance started: disks", _harness.LastCause("web"));
        Assert.Equal(1, _harness.Find("web-1")!.Checks.Count);
        Set(InstanceState.Up);
        Assert.Equal("maintenance ended", _harness.LastCause("web"));
    }

    [Fact]
    public void SetState_WakesWhoWatches()
    {
        _harness.Register("web", "web-1");
        var watcher = new CountingWatcher();
        Assert.True(_harness.Catalog.ServicePoint("web").TryAdd(watcher, _harness.Index("web")));
        Set(InstanceState.Draining);
        Assert.Equal(1, watcher.Wakes);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Register_Again_KeepsTheState(bool replaceChecks)
    {
        _harness.Register("web", "web-1", CatalogHarness.Ttl(10));
        Set(InstanceState.OutOfService, "disks");
        _harness.Catalog.Register(CatalogHarness.Node, CatalogHarness.Define("web", "web-1", port: 99), [], replaceChecks, "test");
        Assert.Equal((InstanceState.OutOfService, 99), (State, _harness.Find("web-1")!.Data.Port));
    }

    [Theory]
    [InlineData(InstanceState.Draining, InstanceState.Up)]
    [InlineData(InstanceState.OutOfService, InstanceState.OutOfService)]
    public void Register_OfAnotherLife_EndsOnlyDraining(InstanceState state, InstanceState after)
    {
        _harness.Register(CatalogHarness.Define("web", "web-1") with { Epoch = 1 });
        Set(state, epoch: 1);
        _harness.Register(CatalogHarness.Define("web", "web-1") with { Epoch = 2 });
        Assert.Equal(after, State);
        Assert.Equal(CatalogError.StaleEpoch, Set(InstanceState.Draining, epoch: 1).Error);
        Assert.Equal(CatalogError.StaleEpoch, Clear(epoch: 1).Error);
        Assert.Equal(after, State);
    }

    [Fact]
    public void ClearState_OfOneState_LeavesAnother()
    {
        _harness.Register("web", "web-1");
        Set(InstanceState.OutOfService);
        Clear(only: InstanceState.Draining);
        Assert.Equal(InstanceState.OutOfService, State);
    }

    [Fact]
    public void SetMaintenance_IsTheStateOutOfService()
    {
        _harness.Register("web", "web-1");
        _harness.Catalog.SetMaintenance(CatalogHarness.Node, "web-1", true, "disks");
        Assert.Equal(InstanceState.OutOfService, State);
        _harness.Catalog.SetMaintenance(CatalogHarness.Node, "web-1", false, "");
        Assert.Equal(InstanceState.Up, State);
    }

    [Fact]
    public void Register_Starting_AFailureThatDoesNotCountYetIsNoPassingCheck()
    {
        _harness.Register(Starting(), CatalogHarness.Http(failures: 3, initial: HealthStatus.Passing));
        _harness.Catalog.ReportCheck(CatalogHarness.Node, "service:web-1", HealthStatus.Critical, "refused", ReportKind.Probe);
        Assert.Equal(InstanceState.Starting, State);

        _harness.Catalog.ReportCheck(CatalogHarness.Node, "service:web-1", HealthStatus.Passing, "", ReportKind.Probe);
        Assert.Equal(InstanceState.Up, State);
    }

    [Fact]
    public void Register_Starting_IsUpAtTheFirstPassingCheck()
    {
        _harness.Register(Starting(), CatalogHarness.Http());
        Assert.Equal(InstanceState.Starting, State);
        _harness.Catalog.ReportCheck(CatalogHarness.Node, "service:web-1", HealthStatus.Warning, "", ReportKind.Probe);
        Assert.Equal(InstanceState.Starting, State);

        _harness.Catalog.ReportCheck(CatalogHarness.Node, "service:web-1", HealthStatus.Passing, "", ReportKind.Probe);

        Assert.Equal((InstanceState.Up, HealthStatus.Passing), (State, _harness.StatusOf("web-1")));
        Assert.Equal("state starting -> up: check \"service:web-1\" passed", _harness.LastCause("web"));

        // the same once more is no other life
        _harness.Register(Starting(), CatalogHarness.Http());
        Assert.Equal(InstanceState.Up, State);
    }

    [Fact]
    public void Register_StartingWithATtlThatPasses_IsUpAtItsFirstHeartbeat()
    {
        _harness.Register(Starting(), CatalogHarness.Ttl(10));
        Assert.False(_harness.Catalog.TryPass("service:web-1", ""));
        _harness.Catalog.ReportCheck(CatalogHarness.Node, "service:web-1", HealthStatus.Passing, "", ReportKind.Ttl);
        Assert.Equal(InstanceState.Up, State);
        Assert.True(_harness.Catalog.TryPass("service:web-1", ""));
    }

    [Fact]
    public void Register_StartingAndThenUp_IsUp()
    {
        _harness.Register(Starting());
        _harness.Register("web", "web-1");
        Assert.Equal(InstanceState.Up, State);
        _harness.Register(Starting());
        Assert.Equal(InstanceState.Starting, State);
        Set(InstanceState.Up);
        Assert.Equal(InstanceState.Up, State);
        _harness.Register(Starting(port: 99));
        Assert.Equal(InstanceState.Up, State);
        _harness.Register(Starting(epoch: 1));
        Assert.Equal(InstanceState.Starting, State);
    }

    [Fact]
    public void SetState_OfAStartingInstance_EndsBackInStarting()
    {
        _harness.Register(Starting(), CatalogHarness.Http());
        Set(InstanceState.OutOfService);
        Assert.Equal(InstanceState.OutOfService, State);
        Clear();
        Assert.Equal(InstanceState.Starting, State);
        Set(InstanceState.OutOfService);
        _harness.Catalog.ReportCheck(CatalogHarness.Node, "service:web-1", HealthStatus.Passing, "", ReportKind.Probe);
        Assert.Equal(InstanceState.OutOfService, State);
        Clear();
        Assert.Equal(InstanceState.Up, State);
    }

    [Fact]
    public void ReportCheck_OnAState_IsRefused()
    {
        _harness.Register("web", "web-1");
        Set(InstanceState.Draining);
        CommandResult result = _harness.Catalog.ReportCheck(CatalogHarness.Node, "_service_maintenance:web-1", HealthStatus.Passing, "", ReportKind.External);
        Assert.Equal((CatalogError.Invalid, HealthStatus.Critical), (result.Error, _harness.StatusOf("web-1")));
    }

    [Fact]
    public void SetState_OfWhatIsNotThere_IsRefused()
    {
        Assert.Equal(CatalogError.UnknownInstance, Set(InstanceState.Draining).Error);
        Assert.Equal(CatalogError.UnknownNode, _harness.Catalog.SetState("nowhere", "web-1", InstanceState.Draining, "").Error);
        _harness.Register("web", "web-1");
        Assert.Equal(CatalogError.TooLarge, Set(InstanceState.Draining, new string('x', 20_000)).Error);
    }

    [Fact]
    public void MoveFromFormerSelf_KeepsStateAndEpoch()
    {
        var before = new CatalogHarness();
        before.Register(Starting(epoch: 7), CatalogHarness.Http());
        before.Catalog.ReportCheck(CatalogHarness.Node, "service:web-1", HealthStatus.Passing, "", ReportKind.Probe);
        before.Catalog.SetState(CatalogHarness.Node, "web-1", InstanceState.Draining, "deploy");
        List<byte[]> records = [];
        before.Catalog.Export(() => { }).WriteTo(record => records.Add(record.ToArray()));
        var after = new Catalog(before.Catalog.Options with { NodeName = "renamed" }, before.Time, new Random(1), NoChangeLog.Instance, new InlineWakes());
        Assert.All(records, record => Assert.True(after.LoadRecord(record)));
        after.FinishLoading();
        after.AnnounceSelf("1.0", 8300);
        after.MoveFromFormerSelf();

        Instance moved = after.FindService("web")!.Instances[0];
        Assert.Equal(("renamed", InstanceState.Draining, 7), (moved.Node.Name, moved.State, moved.Data.Epoch));
        after.ClearState("renamed", "web-1");
        Assert.Equal(InstanceState.Up, after.FindService("web")!.Instances[0].State);
    }

    [Fact]
    public void LastHeartbeatOf_FollowsTheLease()
    {
        _harness.Register(CatalogHarness.Define("web", "web-1", lease: 10));
        DateTimeOffset registered = _harness.Time.GetUtcNow();
        _harness.Run(4);
        Assert.Equal(registered, _harness.Catalog.LastHeartbeatOf(_harness.Find("web-1")!), TimeSpan.FromMilliseconds(100));
        _harness.Catalog.Renew(CatalogHarness.Node, "web-1");
        Assert.Equal(_harness.Time.GetUtcNow(), _harness.Catalog.LastHeartbeatOf(_harness.Find("web-1")!), TimeSpan.FromMilliseconds(100));
        _harness.Run(2);
        Assert.Equal(_harness.Time.GetUtcNow().AddSeconds(-2), _harness.Catalog.LastHeartbeatOf(_harness.Find("web-1")!), TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public void LastHeartbeatOf_WithoutLease_FollowsTheTtl()
    {
        _harness.Register("web", "web-1", CatalogHarness.Ttl(10));
        _harness.Run(4);
        _harness.Catalog.TryPass("service:web-1", "");
        Assert.Equal(_harness.Time.GetUtcNow(), _harness.Catalog.LastHeartbeatOf(_harness.Find("web-1")!), TimeSpan.FromMilliseconds(100));
    }
}
