using Muster.Model;

namespace Muster.Catalog.Tests;

public class RenamingTests
{
    [Fact]
    public void MoveFromFormerSelf_SameIdUnderAnotherName_KeepsInstancesChecksAndStatus()
    {
        var before = new CatalogHarness();
        before.Register("web", "web-1", CatalogHarness.Ttl(10), CatalogHarness.Http() with { Id = "probe" });
        before.Catalog.ReportCheck(CatalogHarness.Node, "probe", HealthStatus.Warning, "slow", ReportKind.Probe);
        before.Catalog.SetMaintenance(CatalogHarness.Node, null, enable: true, "rack moves");
        Catalog after = Renamed(before);

        Assert.Equal([CatalogHarness.Node], after.MoveFromFormerSelf());
        Assert.Equal("renamed", Assert.Single(after.Nodes).Name);
        Instance moved = after.FindInstance(after.LocalNode, "web-1")!;
        Assert.Equal(2, moved.Checks.Count);
        Assert.Equal((HealthStatus.Warning, "slow"), (moved.FindCheck("probe")!.Status, moved.FindCheck("probe")!.Output));
        Assert.True(after.TryPass("service:web-1", ""));
        Assert.Equal(HealthStatus.Critical, moved.Node.Status);
        Assert.Equal(1, after.FindService("consul")!.Instances.Length);
    }

    [Fact]
    public void MoveFromFormerSelf_LivesAndStates_AreMovedToo()
    {
        var before = new CatalogHarness();
        foreach (string id in (string[])["new", "ready", "leaving"])
        {
            before.Register(CatalogHarness.Define("web", id) with { Epoch = 7, IsStarting = true }, CatalogHarness.Ttl(10, initial: HealthStatus.Critical));
        }

        foreach (string id in (string[])["ready", "leaving"])
        {
            before.Catalog.ReportCheck(CatalogHarness.Node, "service:" + id, HealthStatus.Passing, "", ReportKind.Ttl);
        }

        before.Catalog.SetState(CatalogHarness.Node, "leaving", InstanceState.Draining, "deploy", epoch: 7);
        Catalog after = Renamed(before);
        after.MoveFromFormerSelf();

        Instance Moved(string id) => after.FindInstance(after.LocalNode, id)!;
        Assert.Equal(
            [(InstanceState.Starting, 7L), (InstanceState.Up, 7L), (InstanceState.Draining, 7L)],
            ((string[])["new", "ready", "leaving"]).Select(id => (Moved(id).State, Moved(id).Data.Epoch)));
        Assert.Equal(CatalogError.StaleEpoch, after.Deregister("renamed", "ready", "late", epoch: 6).Error);
        after.ReportCheck("renamed", "service:new", HealthStatus.Passing, "", ReportKind.Ttl);
        Assert.Equal(InstanceState.Up, Moved("new").State);
        after.ClearState("renamed", "leaving");
        Assert.Equal((InstanceState.Up, HealthStatus.Passing), (Moved("leaving").State, Moved("leaving").Status));
    }

    [Fact]
    public void MoveFromFormerSelf_LittleRoomLeft_LosesNothing()
    {
        var before = new CatalogHarness();
        for (int i = 0; i < 8; i++)
        {
            before.Register("web", $"web-{i}");
        }

        int present = before.Catalog.Statistics.Instances;
        Catalog roomy = Renamed(before, maxInstances: present + 2);
        roomy.MoveFromFormerSelf();
        Assert.Equal((8, "renamed"), (roomy.FindService("web")!.Instances.Length, Assert.Single(roomy.Nodes).Name));
        Catalog full = Renamed(before, maxInstances: present);
        full.MoveFromFormerSelf();
        Assert.Equal(8, full.FindService("web")!.Instances.Length);
    }

    [Fact]
    public void MoveFromFormerSelf_SameName_MovesNothing()
    {
        var harness = new CatalogHarness();
        harness.Register("web", "web-1");
        long index = harness.Index("web");
        Assert.Empty(harness.Catalog.MoveFromFormerSelf());
        Assert.Equal(index, harness.Index("web"));
    }

    [Fact]
    public void RegisterUnique_ManyThreadsAndNodesOneId_OneGetsIt()
    {
        var harness = new CatalogHarness();
        string[] nodes = [.. Enumerable.Range(0, 8).Select(number => $"node-{number}")];
        Assert.All(nodes, node => harness.Catalog.RegisterNode(new NodeDefinition { Name = node, Address = "10.0.0.1", Datacenter = "dc1" }));
        for (int round = 0; round < 200; round++)
        {
            string id = $"id-{round}";
            int taken = 0;
            Parallel.ForEach(nodes, node =>
            {
                CommandResult result = harness.Catalog.RegisterUnique(node, CatalogHarness.Define("web", id), [], true, "test");
                Interlocked.Add(ref taken, result.Error == CatalogError.IdTaken ? 1 : 0);
            });
            Assert.Single(harness.Catalog.FindInstances(id));
            Assert.Equal(nodes.Length - 1, taken);
        }
    }

    private static Catalog Renamed(CatalogHarness before, int maxInstances = 100)
    {
        CatalogOptions options = before.Catalog.Options with { NodeName = "renamed", MaxInstances = maxInstances };
        var after = new Catalog(options, before.Time, new Random(1), NoChangeLog.Instance, new InlineWakes());
        before.Catalog.Export(() => { }).WriteTo(record => Assert.True(after.LoadRecord(record)));
        after.FinishLoading();
        after.AnnounceSelf("1.0", 8300);
        return after;
    }
}
