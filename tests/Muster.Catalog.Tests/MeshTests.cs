using Muster.Model;

namespace Muster.Catalog.Tests;

public class MeshTests
{
    private static InstanceDefinition Proxy(string id, string destination, bool isSidecar = false) =>
        CatalogHarness.Define(id, id) with
        {
            Kind = ProxyDefinition.Kind,
            Proxy = new ProxyDefinition { Destination = destination, IsSidecar = isSidecar, Settings = "{}"u8.ToArray() },
        };

    private static string[] MeshOf(CatalogHarness harness, string service) =>
        harness.Catalog.ViewMesh(service).Snapshot is { } snapshot ? [.. snapshot.Instances.ToArray().Select(instance => instance.Data.IdText)] : [];

    [Fact]
    public void ViewMesh_ProxiesAndNativeInstances_AreFoundByWhatTheyStandFor()
    {
        var harness = new CatalogHarness();
        harness.Register("web", "web-1");
        harness.Register(CatalogHarness.Define("web", "web-2") with { IsMeshNative = true });
        harness.Register(Proxy("side", "WEB"));
        harness.Register(Proxy("gate", "web") with { Kind = "mesh-gateway" });
        Assert.Equal(["side", "web-2"], MeshOf(harness, "Web"));
        harness.Register(Proxy("side", "db"));
        Assert.Equal(["web-2"], MeshOf(harness, "web"));
        Assert.Equal(["side"], MeshOf(harness, "db"));
    }

    [Fact]
    public void ViewMesh_LastProxyGoes_IndexMovesOnAndNeverBack()
    {
        var harness = new CatalogHarness();
        long none = harness.Catalog.ViewMesh("web").Index;
        harness.Register(Proxy("side", "web"));
        long some = harness.Catalog.ViewMesh("web").Index;
        harness.Catalog.Deregister(CatalogHarness.Node, "side", "test");
        ServiceView gone = harness.Catalog.ViewMesh("web");
        Assert.True(none < some && some < gone.Index && gone.Snapshot is null);
        harness.Register("web", "web-1");
        Assert.Equal(gone.Index, harness.Catalog.ViewMesh("web").Index);
    }

    [Fact]
    public void MeshPointOf_ProxyTurnsCritical_WakesItsWatchersAlone()
    {
        var harness = new CatalogHarness();
        harness.Register(Proxy("side", "web"), CatalogHarness.Ttl(100));
        harness.Register(Proxy("other", "db"), CatalogHarness.Ttl(100));
        var mine = new CountingWatcher();
        var others = new CountingWatcher();
        Assert.True(harness.Catalog.MeshPointOf("web").TryAdd(mine, harness.Catalog.ViewMesh("web").Index));
        Assert.True(harness.Catalog.MeshPointOf("db").TryAdd(others, harness.Catalog.ViewMesh("db").Index));
        harness.Catalog.ReportCheck(CatalogHarness.Node, "service:side", HealthStatus.Critical, "", ReportKind.Ttl);
        Assert.Equal((1, 0), (mine.Wakes, others.Wakes));
        Assert.Equal(HealthStatus.Critical, harness.Catalog.ViewMesh("web").Snapshot!.Instances[0].Status);
    }

    [Fact]
    public void MeshPointOf_NoProxyYet_WakesWhenOneAppears()
    {
        var harness = new CatalogHarness();
        var watcher = new CountingWatcher();
        Assert.True(harness.Catalog.MeshPointOf("web").TryAdd(watcher, harness.Catalog.ViewMesh("web").Index));
        harness.Register("web", "web-1");
        Assert.Equal(0, watcher.Wakes);
        harness.Register(Proxy("side", "web"));
        Assert.Equal(1, watcher.Wakes);
    }

    [Fact]
    public void Remove_InstanceWithSidecar_TakesItAlong()
    {
        var harness = new CatalogHarness();
        harness.Register(CatalogHarness.Define("web", "web-1", lease: 1));
        harness.Register(Proxy("web-1-sidecar-proxy", "web", isSidecar: true));
        harness.Register("db", "db-1");
        harness.Register(Proxy("db-1-sidecar-proxy", "db"));
        harness.Run(2);
        Assert.Null(harness.Find("web-1-sidecar-proxy"));
        Assert.Contains("its instance \"web-1\" went: expired", harness.LastCause("web-1-sidecar-proxy"), StringComparison.Ordinal);
        harness.Catalog.Deregister(CatalogHarness.Node, "db-1", "test");
        Assert.NotNull(harness.Find("db-1-sidecar-proxy"));
    }

    [Fact]
    public void LoadRecord_ProxyAndSidecar_AreAsBefore()
    {
        var harness = new CatalogHarness();
        harness.Register("web", "web-1");
        harness.Register(Proxy("web-1-sidecar-proxy", "web", isSidecar: true));
        var records = new List<byte[]>();
        harness.Catalog.Export(() => { }).WriteTo(record => records.Add(record.ToArray()));
        var restored = new Catalog(harness.Catalog.Options, harness.Time, new Random(1), NoChangeLog.Instance, new InlineWakes());
        Assert.All(records, record => Assert.True(restored.LoadRecord(record)));
        restored.FinishLoading();
        Instance proxy = Assert.Single(restored.ViewMesh("web").Snapshot!.Instances.ToArray());
        Assert.Equal(harness.Find("web-1-sidecar-proxy")!.Data, proxy.Data);
        restored.Deregister(CatalogHarness.Node, "web-1", "test");
        Assert.Null(restored.ViewMesh("web").Snapshot);
    }
}
