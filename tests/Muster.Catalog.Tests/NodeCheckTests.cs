using Muster.Model;

namespace Muster.Catalog.Tests;

public class NodeCheckTests
{
    private readonly CatalogHarness _harness = new();

    private Catalog Restored()
    {
        var catalog = new Catalog(_harness.Catalog.Options, _harness.Time, new Random(1), NoChangeLog.Instance, new InlineWakes());
        foreach (byte[] record in _harness.Log.Records)
        {
            Assert.True(catalog.LoadRecord(record));
        }

        catalog.FinishLoading();
        catalog.AnnounceSelf("1.0", 8300);
        return catalog;
    }

    [Fact]
    public void LoadRecord_NodeWithATtlCheckTwice_OnlyTheLastOnesLeaseRuns()
    {
        _harness.Catalog.RegisterCheck(CatalogHarness.Node, null, CatalogHarness.Ttl(2, id: "disk"), null, null);
        _harness.Catalog.ReportCheck(CatalogHarness.Node, "disk", HealthStatus.Warning, "", ReportKind.Ttl);
        Catalog restored = Restored();
        for (int i = 0; i < 100; i++)
        {
            _harness.Time.Advance(TimeSpan.FromMilliseconds(50));
            restored.Tick();
        }

        Assert.Equal(1, restored.Statistics.Expiries);
        Assert.Equal(HealthStatus.Critical, restored.LocalNode.Status);
    }

    [Fact]
    public void LoadRecord_NodeCheckThatWasRemoved_ItsIdIsFree()
    {
        _harness.Catalog.RegisterCheck(CatalogHarness.Node, null, CatalogHarness.Ttl(60, id: "service:web"), null, null);
        _harness.Catalog.DeregisterCheck(CatalogHarness.Node, "service:web");
        _harness.Register("web", "web", CatalogHarness.Ttl(60));
        Assert.NotNull(_harness.Catalog.FindCheck(_harness.Catalog.LocalNode, "service:web"));
        Catalog restored = Restored();
        Assert.NotNull(restored.FindCheck(restored.LocalNode, "service:web"));
    }

    [Fact]
    public void Report_NodeCheck_TimelinesOfItsServicesSayWhy()
    {
        _harness.Register("web", "web-1");
        _harness.Catalog.RegisterCheck(CatalogHarness.Node, null, CatalogHarness.Ttl(2, id: "disk"), null, null);
        _harness.Run(3);
        Assert.Equal(HealthStatus.Critical, _harness.StatusOf("web-1"));
        Assert.Contains("\"disk\" expired: last heartbeat", _harness.LastCause("web"), StringComparison.Ordinal);
    }

    [Fact]
    public void RegisterCheck_OnANodeWithTooMany_RefusesAndTakesTheIdFromNobody()
    {
        for (int i = 1; i < 64; i++)
        {
            Assert.True(_harness.Catalog.RegisterCheck(CatalogHarness.Node, null, CatalogHarness.Ttl(60, id: $"c{i}"), null, null).Ok);
        }

        _harness.Register("web", "web-1", CatalogHarness.Ttl(60, id: "mine"));
        CommandResult result = _harness.Catalog.RegisterCheck(CatalogHarness.Node, null, CatalogHarness.Ttl(60, id: "mine"), null, null);
        Assert.Equal(CatalogError.LimitReached, result.Error);
        Assert.Equal(1, _harness.Find("web-1")!.Checks.Count);
    }

    [Fact]
    public void RegisterCheck_OnANodeWithoutAnId_IsRefused() =>
        Assert.Equal(CatalogError.Invalid, _harness.Catalog.RegisterCheck(CatalogHarness.Node, null, CatalogHarness.Ttl(60, id: ""), null, null).Error);

    [Fact]
    public void RegisterNode_NameInOtherLetters_StaysAsFirstRegistered()
    {
        var node = new NodeDefinition { Name = "Other", Address = "10.0.0.1", Datacenter = "dc1" };
        _harness.Catalog.RegisterNode(node);
        _harness.Catalog.RegisterNode(node with { Name = "OTHER", Address = "10.0.0.2" });
        Assert.Equal(("Other", "10.0.0.2"), (_harness.Catalog.FindNode("other")!.Name, _harness.Catalog.FindNode("other")!.Definition.Address));
    }

    [Fact]
    public void Deregister_NodeCheck_ObserversSeeWhatWasThere()
    {
        _harness.Catalog.RegisterCheck(CatalogHarness.Node, null, CatalogHarness.Ttl(60, id: "disk"), null, null);
        var observer = new LastChange();
        _harness.Catalog.Subscribe(observer);
        _harness.Catalog.DeregisterCheck(CatalogHarness.Node, "disk");
        Assert.Equal((2, 1), (observer.Change.NodeBefore?.Checks.Count, observer.Change.Node?.Checks.Count));
    }

    private sealed class LastChange : ICatalogObserver
    {
        public CatalogChange Change { get; private set; }

        public void OnChange(in CatalogChange change) => Change = change;
    }
}
