using Muster.Model;

namespace Muster.Catalog.Tests.Replication;

/// <summary>Check ids are unique on a node, but two servers may give one away at the same time.</summary>
public class CheckIdTests
{
    private readonly Replicas _replicas = new(2);

    private Catalog A => _replicas[0];

    private Catalog B => _replicas[1];

    private static string CheckIdsOf(Catalog catalog, string id)
    {
        var ids = new List<string>();
        foreach (Check check in catalog.FindInstance(catalog.FindNode("far")!, id)!.Checks)
        {
            ids.Add(check.Definition.Id!);
        }

        return string.Join(' ', ids);
    }

    [Theory]
    [InlineData("c1")]
    [InlineData("c1 c2")]
    [InlineData("c1 c2 c3")]
    public void Merge_OfTwoInstancesThatShareCheckIds_GivesAllOfThemToTheNewer(string shared)
    {
        A.RegisterNode(new NodeDefinition { Name = "far", Address = "10.0.0.9", Datacenter = "dc1" });
        _replicas.Converge();
        A.Register("far", CatalogHarness.Define("web", "older"), ChecksOf($"{shared} own"), false, "test");
        _replicas.Run(0.1);
        B.Register("far", CatalogHarness.Define("web", "newer", 81), ChecksOf(shared), false, "test");
        _replicas.Converge();
        Assert.All(_replicas.Catalogs, catalog => Assert.Equal((shared, "own"), (CheckIdsOf(catalog, "newer"), CheckIdsOf(catalog, "older"))));
        Assert.True(A.ReportCheck("far", "c1", HealthStatus.Warning, "", ReportKind.Ttl).Ok);
        Assert.Equal(HealthStatus.Warning, A.FindInstance(A.FindNode("far")!, "newer")!.Status);
    }

    private static CheckDefinition[] ChecksOf(string ids) => [.. ids.Split(' ').Select(id => CatalogHarness.Ttl(10, id: id))];
}
