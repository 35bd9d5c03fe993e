namespace Muster.Catalog.Tests.Replication;

/// <summary>The merge is a join: whatever is told, in whatever order and however often, all end with the same.</summary>
public class MergeTests
{
    private static readonly string[] Watched = ["s0", "s1", "s2", "s3"];

    /// <summary>As many as a build has time for; <c>MUSTER_MERGE_SEEDS=1001-2000</c> lives others.</summary>
    public static TheoryData<int> Seeds
    {
        get
        {
            int[] given = [.. (Environment.GetEnvironmentVariable("MUSTER_MERGE_SEEDS") ?? "1-8").Split('-').Select(int.Parse)];
            return [.. Enumerable.Range(given[0], given[^1] - given[0] + 1)];
        }
    }

    /// <summary>Times so short that the histories go beyond them.</summary>
    private static CatalogOptions ShortLived(CatalogOptions options) => options with { NodeOutputInterval = TimeSpan.FromSeconds(0.4), TombstoneAge = TimeSpan.FromMinutes(1) };

    /// <summary>What a server has journaled gives back all that it holds, versions and owners included.</summary>
    private static void AssertRestored(Replicas replicas, int server)
    {
        var restored = new Catalog(replicas[server].Options, replicas.Time, new Random(1), NoChangeLog.Instance, new InlineWakes());
        Assert.All(replicas.Logs[server].Records, record => Assert.True(restored.LoadRecord(record)));
        restored.FinishLoading();
        Assert.Equal(Replicas.Describe(replicas[server]), Replicas.Describe(restored));
        Assert.Equal(replicas[server].Replica.RootDigest, restored.Replica.RootDigest);
        Assert.Equal(CatalogAuditor.Describe(replicas[server]), CatalogAuditor.Describe(restored));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Merge_OfAllThatWasEverSo_IsAJoin(int seed)
    {
        var random = new Random(seed);
        var replicas = new Replicas(3, seed, ShortLived);
        var history = new RandomHistory(replicas, random);
        var facts = new List<byte[]>();
        for (int step = 1; step <= 120; step++)
        {
            history.Step();
            if (step % 8 == 0)
            {
                facts.AddRange(Replicas.FactsOf(replicas[random.Next(3)]));
            }
        }

        AssertJoin(replicas, facts, seed);
    }

    /// <summary>One instance, registered, expired, taken over and removed by servers that seldom hear of each other.</summary>
    [Theory]
    [MemberData(nameof(Seeds))]
    public void Merge_OfExpiriesAndTenuresOfOneInstance_IsAJoin(int seed)
    {
        var random = new Random(seed);
        var replicas = new Replicas(3, seed);
        var facts = new List<byte[]>();
        for (int step = 0; step < 150; step++)
        {
            int server = random.Next(3);
            Catalog catalog = replicas[server];
            switch (random.Next(10))
            {
                case 0:
                    catalog.Register("n1", CatalogHarness.Define("web", "i", 80 + random.Next(2), lease: 1 + random.Next(2)), [], false, "test");
                    break;
                case 1:
                    catalog.Deregister("n1", "i", "test");
                    break;
                case 2:
                    catalog.Renew("n1", "i");
                    break;
                case 3 or 4:
                    Replicas.Adopt(catalog, replicas[random.Next(3)]);
                    break;
                case 5 or 6:
                    replicas.Tell(server, random.Next(3), 0.7);
                    break;
                default:
                    replicas.Run(random.NextDouble());
                    break;
            }

            facts.AddRange(Replicas.FactsOf(catalog));
        }

        AssertJoin(replicas, facts, seed);
        replicas.Converge();
        AssertRestored(replicas, seed % 3);
    }

    /// <summary>All facts that ever were, told in any order and more than once, are the same state in the end.</summary>
    private static void AssertJoin(Replicas replicas, List<byte[]> facts, int seed)
    {
        // Bystanders, who are responsible for nothing and so write nothing: what they hold is the merge alone.
        byte[][] all = [.. facts.DistinctBy(Convert.ToHexString)];
        string? expected = null;
        var random = new Random(seed);
        var bystanders = new Replicas(4, seed, options => ShortLived(options) with { NodeName = "bystander", NodeId = "99999999-9999-9999-9999-999999999999", NodeAddress = "10.9.9.9" });
        bystanders.Time.Advance(replicas.Time.GetUtcNow() - bystanders.Time.GetUtcNow());
        foreach (Catalog bystander in bystanders.Catalogs)
        {
            bystander.Replica.ObserveClock(replicas[0].Replica.HighestClock);
            random.Shuffle(all);
            for (int at = 0; at < all.Length;)
            {
                int size = Math.Min(1 + random.Next(60), all.Length - at);
                Replicas.Tell(bystander, all[at..(at + size)]);
                at += size;
            }

            // idempotent
            MergeSummary again = Replicas.Tell(bystander, all);
            Assert.Equal((0, 0, 0), (again.Applied, again.Refuted, again.Refused));
            string state = Replicas.Describe(bystander);
            expected ??= state;
            Assert.Equal(expected, state);
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    [InlineData(1022)] // an instance came later to one server than its node's removal was remembered there
    [InlineData(1360)]
    public void Merge_AfterAnyHistory_EverybodyHoldsTheSame(int seed)
    {
        var random = new Random(seed);
        var replicas = new Replicas(3, seed, ShortLived);
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

            if (step % 50 == 0)
            {
                replicas.Converge();
                AssertRestored(replicas, step / 50 % 3);
            }
        }
    }
}
