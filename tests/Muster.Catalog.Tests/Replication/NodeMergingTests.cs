using Muster.Model;

namespace Muster.Catalog.Tests.Replication;

/// <summary>What merging does to nodes, and to what lives on them.</summary>
public class NodeMergingTests
{
    private readonly Replicas _replicas = new(2);

    private Catalog A => _replicas[0];

    private Catalog B => _replicas[1];

    private static Instance? Find(Catalog catalog, string id) => catalog.FindNode("far") is { } found ? catalog.FindInstance(found, id) : null;

    [Fact]
    public void DeregisterNode_WhileSomethingIsRegisteredOnItElsewhere_KeepsTheNodeForThat()
    {
        A.RegisterNode(new NodeDefinition { Name = "far", Address = "10.0.0.9", Datacenter = "dc1" });
        A.Register("far", CatalogHarness.Define("db", "db-1"), [], false, "test");
        _replicas.Converge();
        A.DeregisterNode("far", "gone");
        B.Register("far", CatalogHarness.Define("db", "db-2"), [], false, "test");
        _replicas.Converge();
        Assert.Equal(("10.0.0.9", 1), (A.FindNode("far")!.Definition.Address, A.InstancesOn(A.FindNode("far")!).Count));
        Assert.Null(Find(B, "db-1"));
        B.Deregister("far", "db-2", "left");
        Assert.Null(B.FindNode("far"));
        _replicas.Converge();
        Assert.Null(A.FindNode("far"));
    }

    [Fact]
    public void DeregisterNode_WhoseNewestTextWaitsToBeShown_LeavesNothingButItsTombstone()
    {
        A.RegisterNode(new NodeDefinition { Name = "far", Address = "10.0.0.9", Datacenter = "dc1" });
        A.RegisterCheck("far", null, CatalogHarness.Ttl(60, id: "disk"), HealthStatus.Passing, "1 % used");
        for (int i = 2; i <= 3; i++)
        {
            A.ReportCheck("far", "disk", HealthStatus.Passing, $"{i} % used", ReportKind.Ttl);
        }

        _replicas.Converge();
        A.DeregisterNode("far", "gone");
        ulong digest = A.Replica.RootDigest;
        _replicas.Run(10);
        Assert.Equal(digest, A.Replica.RootDigest);
        Assert.DoesNotContain(Replicas.FactsOf(A), fact => fact[0] == (byte)FactKind.Node && System.Text.Encoding.UTF8.GetString(fact).Contains("far", StringComparison.Ordinal));
        _replicas.Converge();
    }

    [Fact]
    public void Merge_TheLastInstancesOfANodeThatIsGone_TellsOfTheNodeLast()
    {
        A.RegisterNode(new NodeDefinition { Name = "far", Address = "10.0.0.9", Datacenter = "dc1" });
        _replicas.Converge();
        for (int i = 0; i < 5; i++)
        {
            A.Register("far", CatalogHarness.Define($"s{i}", $"s{i}", i + 1), [], false, "test");
        }

        // B hears that the node is gone, and keeps it for what is on it
        Replicas.Tell(B, Replicas.FactsOf(A));
        _replicas.Run(0.1);
        var third = new Replicas(1, with: options => options with { NodeName = "n3", NodeId = "33333333-1111-1111-1111-111111111111" });
        third[0].Replica.ObserveClock(A.Replica.HighestClock);
        third[0].RegisterNode(new NodeDefinition { Name = "far", Address = "10.0.0.9", Datacenter = "dc1" });
        third[0].DeregisterNode("far", "gone");
        Replicas.Tell(B, Replicas.FactsOf(third[0]));
        Assert.Equal(5, B.InstancesOn(B.FindNode("far")!).Count);
        WatchPoint node = B.NodePoint(B.FindNode("far")!);
        A.DeregisterNode("far", "gone");
        var order = new OrderObserver();
        B.Subscribe(order);
        Replicas.Tell(B, [.. Replicas.FactsOf(A).Where(fact => fact[0] == (byte)FactKind.InstanceTombstone)]);
        Assert.Null(B.FindNode("far"));
        Assert.Equal((ChangeKind.NodeRemoved, 1), (order.Kinds[^1], order.Kinds.Count(kind => kind == ChangeKind.NodeRemoved)));
        Assert.Equal(order.Indexes.Max(), node.Index);
    }

    [Fact]
    public void Merge_InstanceBeforeItsNode_IsThereAtOnce()
    {
        A.RegisterNode(new NodeDefinition { Name = "far", Address = "10.0.0.9", Datacenter = "dc1" });
        A.Register("far", CatalogHarness.Define("db", "db-1"), [], false, "test");
        Replicas.Tell(B, [.. Replicas.FactsOf(A).Where(fact => fact[0] == (byte)FactKind.Instance)]);
        Assert.NotNull(Find(B, "db-1"));
        Assert.Equal("", B.FindNode("far")!.Definition.Address);
        _replicas.Converge();
        Assert.Equal("10.0.0.9", B.FindNode("far")!.Definition.Address);
    }

    [Fact]
    public void Merge_AnotherDefinitionOfThisServersOwnNode_IsRefuted()
    {
        _replicas.Converge();
        NodeDefinition own = A.LocalNode.Definition;
        _replicas.Run(0.1);
        B.SetMaintenance("n1", null, true, "repair");
        Assert.True(B.RegisterNode(own with { Address = "10.66.66.66", Id = "99999999-9999-9999-9999-999999999999" }).Ok);
        List<byte[]> facts = Replicas.FactsOf(B);
        Assert.Equal((0, 1), (Replicas.Tell(A, facts).Applied, Replicas.Tell(A, facts).Refuted + 1));
        Assert.Equal((own, HealthStatus.Critical), (A.LocalNode.Definition, A.LocalNode.Status));
        _replicas.Converge();
        Assert.Equal((own, HealthStatus.Critical), (B.FindNode("n1")!.Definition, B.FindNode("n1")!.Status));
    }

    private sealed class OrderObserver : ICatalogObserver
    {
        public List<ChangeKind> Kinds { get; } = [];

        public List<long> Indexes { get; } = [];

        public void OnChange(in CatalogChange change)
        {
            Kinds.Add(change.Kind);
            Indexes.Add(change.Index);
        }
    }
}
