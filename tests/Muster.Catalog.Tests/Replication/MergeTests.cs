namespace Muster.Catalog.Tests.Replication;

/// <summary>The merge is a join: whatever is told, in whatever order and however often, all end with the same.</summary>
public class MergeTests
{
    private static readonly string[] Watched = ["s0", "s1", "s2", "s3"];

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 6)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Merge_AfterAnyHistory_EverybodyHoldsTheSame(int seed)
    {
        var random = new Random(seed);
        var replicas = new Replicas(3, seed);
        var history = new RandomHistory(replicas, random);
        CatalogAuditor[] auditors = [.. replicas.Catalogs.Select(catalog => new CatalogAuditor(catalog))];
        replicas.Merged = catalog => auditors[replicas.Catalogs.IndexOf(catalog)].Audit(Watched);
        for (int step = 1; step <= 200; step++)
        {
            history.Step();
            foreach (CatalogAuditor auditor in auditors)
            {
                auditor.Audit(Watched);
            }

            if (step % 60 == 0)
            {
                replicas.Converge();
            }
        }
    }
}
