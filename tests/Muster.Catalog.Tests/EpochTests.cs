using Muster.Model;

namespace Muster.Catalog.Tests;

public class EpochTests
{
    private readonly CatalogHarness _harness = new();

    private static InstanceDefinition Life(long epoch, int port = 80, double lease = 0) =>
        CatalogHarness.Define("web", "web-1", port, lease) with { Epoch = epoch };

    [Fact]
    public void Register_LowerEpoch_IsRefusedAndChangesNothing()
    {
        _harness.Register(Life(5, port: 1));
        int records = _harness.Log.Records.Count;

        CommandResult result = _harness.Register(Life(4, port: 2));

        Assert.Equal((CatalogError.StaleEpoch, 5), (result.Error, result.CurrentEpoch));
        Assert.Equal((1, records), (_harness.Find("web-1")!.Data.Port, _harness.Log.Records.Count));
    }

    [Fact]
    public void Register_EqualEpoch_ChangesTheSameLife()
    {
        _harness.Register(Life(5, port: 1));
        DateTimeOffset registered = _harness.Find("web-1")!.RegisteredAt;
        _harness.Run(10);

        Assert.True(_harness.Register(Life(5, port: 2)).Ok);

        Instance instance = _harness.Find("web-1")!;
        Assert.Equal((2, 5L, registered), ((int)instance.Data.Port, instance.Data.Epoch, instance.RegisteredAt));
    }

    [Fact]
    public void Register_TheSameOfTheSameEpoch_MovesNoIndex()
    {
        _harness.Register(Life(5));
        long index = _harness.Index("web");
        Assert.True(_harness.Register(Life(5)).Ok);
        Assert.Equal(index, _harness.Index("web"));
    }

    [Fact]
    public void Register_HigherEpoch_BeginsAnotherLife()
    {
        _harness.Register(Life(5), CatalogHarness.Http());
        _harness.Catalog.ReportCheck(CatalogHarness.Node, "service:web-1", HealthStatus.Passing, "", ReportKind.Probe);
        Instance before = _harness.Find("web-1")!;
        _harness.Run(10);

        _harness.Register(Life(6), CatalogHarness.Http());

        Instance after = _harness.Find("web-1")!;
        Assert.Equal((HealthStatus.Passing, HealthStatus.Critical), (before.Status, after.Status));
        Assert.Equal((6, before.CreateIndex, before.RegisteredAt.AddSeconds(10)), (after.Data.Epoch, after.CreateIndex, after.RegisteredAt));
    }

    [Fact]
    public void Register_HigherEpoch_BeginsTheLeaseOfItsChecks()
    {
        _harness.Register(Life(5), CatalogHarness.Ttl(3));
        _harness.Run(2);
        _harness.Register(Life(6), CatalogHarness.Ttl(3));
        _harness.Run(2);
        Assert.Equal(HealthStatus.Passing, _harness.StatusOf("web-1"));
        _harness.Run(2);
        Assert.Equal(HealthStatus.Critical, _harness.StatusOf("web-1"));
    }

    [Fact]
    public void Register_WithoutEpoch_IsTakenAndKeepsIt()
    {
        _harness.Register(Life(5, port: 1));
        Assert.True(_harness.Register(Life(0, port: 2)).Ok);
        Assert.Equal((2, 5L), ((int)_harness.Find("web-1")!.Data.Port, _harness.Find("web-1")!.Data.Epoch));

        long index = _harness.Index("web");
        Assert.True(_harness.Register(Life(0, port: 2)).Ok);
        Assert.Equal(index, _harness.Index("web"));
    }

    [Fact]
    public void Deregister_OfADeadProcess_LeavesItsSuccessor()
    {
        _harness.Register(Life(5));
        _harness.Register(Life(6));

        CommandResult late = _harness.Catalog.Deregister(CatalogHarness.Node, "web-1", "late", epoch: 5);

        Assert.Equal((CatalogError.StaleEpoch, 6), (late.Error, late.CurrentEpoch));
        Assert.Equal(1, _harness.Catalog.Statistics.StaleCalls);
        Assert.NotNull(_harness.Find("web-1"));
        Assert.True(_harness.Catalog.Deregister(CatalogHarness.Node, "web-1", "in time", epoch: 6).Ok);
        Assert.Null(_harness.Find("web-1"));
    }

    [Fact]
    public void Register_OfAnEarlierLifeThanTheOneThatLeft_IsRefusedWhileItsTraceIsKept()
    {
        _harness.Register(Life(6));
        _harness.Catalog.Deregister(CatalogHarness.Node, "web-1", "left", epoch: 6);

        Assert.Equal(CatalogError.StaleEpoch, _harness.Register(Life(5)).Error);
        Assert.Null(_harness.Find("web-1"));

        // expired, or removed by somebody: the same process registers again
        Assert.True(_harness.Register(Life(6)).Ok);
    }

    [Fact]
    public void Renew_OfAnotherLife_IsRefused()
    {
        _harness.Register(Life(5, lease: 10));
        Assert.Equal(CatalogError.StaleEpoch, _harness.Catalog.Renew(CatalogHarness.Node, "web-1", 4).Error);
        Assert.Equal(CatalogError.UnknownInstance, _harness.Catalog.Renew(CatalogHarness.Node, "web-1", 6).Error);
        Assert.True(_harness.Catalog.Renew(CatalogHarness.Node, "web-1", 5).Ok);
        Assert.True(_harness.Catalog.Renew(CatalogHarness.Node, "web-1").Ok);
    }

    [Fact]
    public void Register_HigherEpoch_BeginsItsOwnLease()
    {
        _harness.Register(Life(5, lease: 100));
        InstanceLease former = _harness.Find("web-1")!.Lease!;
        _harness.Register(Life(6, lease: 2));

        // a renewal that had found the former life before it was replaced
        Assert.False(former.TryExtend(1_000_000, 0));
        _harness.Run(2.2);
        Assert.Null(_harness.Find("web-1"));
    }

    [Fact]
    public void Renew_WithAnEpoch_AllocatesNothing()
    {
        _harness.Register(Life(5, lease: 10));
        Catalog catalog = _harness.Catalog;
        catalog.Renew(CatalogHarness.Node, "web-1", 5);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            catalog.Renew(CatalogHarness.Node, "web-1", 5);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Load_OfARestartedServer_KnowsEveryEpoch()
    {
        _harness.Register(Life(6));
        _harness.Register(CatalogHarness.Define("web", "web-2") with { Epoch = 9 });
        _harness.Catalog.Deregister(CatalogHarness.Node, "web-2", "left");
        List<byte[]> snapshot = [];
        _harness.Catalog.Export(() => { }).WriteTo(record => snapshot.Add(record.ToArray()));
        Instance before = _harness.Find("web-1")!;

        foreach (List<byte[]> records in (List<byte[]>[])[[.. snapshot[..2], .. _harness.Log.Records], snapshot])
        {
            var restored = new Catalog(_harness.Catalog.Options, _harness.Time, new Random(1), NoChangeLog.Instance, new InlineWakes());
            Assert.All(records, record => Assert.True(restored.LoadRecord(record)));
            restored.FinishLoading();

            Instance after = restored.FindService("web")!.Instances[0];
            Assert.Equal((6, before.RegisteredAt), (after.Data.Epoch, after.RegisteredAt));
            Assert.Equal(CatalogError.StaleEpoch, restored.Deregister(CatalogHarness.Node, "web-1", "late", 5).Error);
            Assert.Equal(9, restored.Register(CatalogHarness.Node, CatalogHarness.Define("web", "web-2") with { Epoch = 8 }, [], false, "late").CurrentEpoch);
        }
    }
}
