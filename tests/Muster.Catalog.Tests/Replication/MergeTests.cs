namespace Muster.Catalog.Tests.Replication;

/// <summary>The merge is a join: whatever is told, in whatever order and however often, all end with the same.</summary>
public class MergeTests
{
    private static readonly string[] Watched = ["s0", "s1", "s2", "s3"];

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 8)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Merge_AfterAnyHistory_EverybodyHoldsTheSame(int seed)
    {
        var random = new Random(seed);
        var replicas = new Replicas(3, seed);
        var history = new RandomHistory(replicas, random);
        CatalogAuditor[] auditors = [.. replicas.Catalogs.Select(catalog => new CatalogAuditor(catalog))];
        int merged = 0;
        replicas.Merged = catalog =>
        {
            if (merged++ % 8 == 0)
            {
                auditors[replicas.Catalogs.IndexOf(catalog)].Audit(Watched);
            }
        };
        for (int step = 1; step <= 150; step++)
        {
            history.Step();
            auditors[step % auditors.Length].Audit(Watched);

            if (step % 60 == 0)
            {
                replicas.Converge();
            }
        }
    }
}
