using Muster.Model;

namespace Muster.Catalog.Tests.Replication;

/// <summary>One process that speaks to two servers is one instance.</summary>
public class MovingTests
{
    private readonly Replicas _replicas = new(2);

    private Catalog A => _replicas[0];

    private Catalog B => _replicas[1];

    private static Instance? Find(Catalog catalog, string node, string id = "web-1") => catalog.FindInstance(catalog.FindNode(node)!, id);

    [Fact]
    public void Register_OnAnotherServersNode_MovesItWithItsHealthAndState()
    {
        A.Register("n1", CatalogHarness.Define("web", "web-1"), [CatalogHarness.Ttl(10, initial: HealthStatus.Critical)], false, "test");
        A.ReportCheck("n1", "service:web-1", HealthStatus.Passing, "fine", ReportKind.Ttl);
        A.SetState("n1", "web-1", InstanceState.Draining, "soon");
        _replicas.Converge();
        DateTimeOffset registeredAt = Find(B, "n1")!.RegisteredAt;
        _replicas.Run(5);
        B.Register("n2", CatalogHarness.Define("web", "web-1"), [CatalogHarness.Ttl(10, initial: HealthStatus.Critical)], false, "test");
        Assert.Null(Find(B, "n1"));
        Instance moved = Find(B, "n2")!;
        Assert.Equal((InstanceState.Draining, HealthStatus.Passing, registeredAt), (moved.State, moved.FindCheck("service:web-1")!.Status, moved.RegisteredAt));
        Assert.Equal(RemovalKind.Replaced, B.RemovalsOf("web")!.Newest!.Kind);
        _replicas.Converge();
        Assert.Equal(1, A.FindService("web")!.Instances.Length);
        _replicas.Run(11);
        Assert.Equal(HealthStatus.Critical, Find(B, "n2")!.FindCheck("service:web-1")!.Status);
    }

    [Fact]
    public void Register_AtAnotherAddress_MakesASecondOne()
    {
        A.Register("n1", CatalogHarness.Define("web", "web-1"), [], false, "test");
        _replicas.Converge();
        B.Register("n2", CatalogHarness.Define("web", "web-1") with { Address = "10.0.0.2" }, [], false, "test");
        B.Register("n2", CatalogHarness.Define("web", "other"), [], false, "test");
        _replicas.Converge();
        Assert.Equal(3, A.FindService("web")!.Instances.Length);
    }

    [Fact]
    public void Merge_BothSidesRegistered_TheNewerStays()
    {
        _replicas.Converge();
        A.Register("n1", CatalogHarness.Define("web", "web-1"), [], false, "test");
        _replicas.Run(0.1);
        B.Register("n2", CatalogHarness.Define("web", "web-1"), [], false, "test");
        _replicas.Converge();
        Assert.Null(Find(A, "n1"));
        Assert.NotNull(Find(A, "n2"));
        Assert.Equal(1, B.FindService("web")!.Instances.Length);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    public void Change_OfTheOlderOfTwo_MakesItTheNewerOneAndTheOtherGoes(int at, bool isRegistration)
    {
        var replicas = new Replicas(3);
        replicas.Converge();
        replicas[0].Register("n1", CatalogHarness.Define("web", "web-1"), [], false, "test");
        replicas.Run(0.1);
        replicas[1].Register("n2", CatalogHarness.Define("web", "web-1"), [], false, "test");
        replicas.Run(0.1);
        replicas.Tell(0, 1);
        replicas.Tell(0, 2);
        Assert.Equal(2, replicas[1].FindService("web")!.Instances.Length);

        // the first server, which would have taken the older one back, has not heard of the other yet
        if (isRegistration)
        {
            replicas[at].Register("n1", CatalogHarness.Define("web", "web-1") with { Tags = ["other"] }, [], false, "operator");
        }
        else
        {
            replicas[at].SetState("n1", "web-1", InstanceState.OutOfService, "operator");
        }

        replicas.Converge();
        Assert.All(replicas.Catalogs, catalog => Assert.Equal("n1", Assert.Single(catalog.FindService("web")!.Instances.ToArray()).Node.Name));
    }

    [Fact]
    public void Merge_OneCheckIdGivenAwayTwice_TheNewerRegistrationHasIt()
    {
        A.RegisterNode(new NodeDefinition { Name = "far", Address = "10.0.0.9", Datacenter = "dc1" });
        _replicas.Converge();
        A.Register("far", CatalogHarness.Define("web", "web-1"), [CatalogHarness.Ttl(10, id: "c")], false, "test");
        _replicas.Run(0.1);
        B.Register("far", CatalogHarness.Define("web", "web-2"), [CatalogHarness.Ttl(10, id: "c")], false, "test");
        _replicas.Converge();
        Assert.Equal("web-2", A.FindCheck(A.FindNode("far")!, "c")!.Value.Instance!.Data.IdText);
        Assert.Equal((0, 1), (Find(B, "far")!.Checks.Count, Find(B, "far", "web-2")!.Checks.Count));
    }
}
