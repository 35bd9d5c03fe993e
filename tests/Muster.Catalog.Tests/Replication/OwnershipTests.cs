using Muster.Model;

namespace Muster.Catalog.Tests.Replication;

/// <summary>Who may expire, and what happens when two servers disagree about that.</summary>
public class OwnershipTests
{
    private readonly Replicas _replicas = new(3);

    private Catalog A => _replicas[0];

    private Catalog B => _replicas[1];

    private static Instance? Find(Catalog catalog, string id = "web-1", string node = "n1") => catalog.FindInstance(catalog.FindNode(node)!, id);

    private void Register()
    {
        A.Register("n1", CatalogHarness.Define("web", "web-1"), [CatalogHarness.Ttl(3)], false, "test");
        _replicas.Converge();
    }

    [Fact]
    public void Adopt_OfALostServer_GivesFreshLeasesAndMovesNoIndex()
    {
        Register();
        long index = B.ServiceIndex("web");
        _replicas.Run(2);
        Assert.Equal(1 + 1, B.Replica.CountOwnedBy(A.Origin)); // and the server's own entry
        Assert.Equal(2, Replicas.Adopt(B, A));
        Assert.Equal((0, new Tenure(2, B.Origin), index), (B.Replica.CountOwnedBy(A.Origin), Find(B)!.Tenure, B.ServiceIndex("web")));
        Assert.Contains("lost", B.TimelineOf("web")[^1].Cause, StringComparison.Ordinal);
        for (int i = 0; i < 56; i++)
        {
            _replicas.Time.Advance(TimeSpan.FromMilliseconds(50));
            B.Tick();
        }

        Assert.Equal(HealthStatus.Passing, Find(B)!.Status);
        for (int i = 0; i < 10; i++)
        {
            _replicas.Time.Advance(TimeSpan.FromMilliseconds(50));
            B.Tick();
        }

        Assert.Equal(HealthStatus.Critical, Find(B)!.Status);
    }

    [Fact]
    public void Adopt_ChosenAndAtMost_TakesOnlyThose()
    {
        for (int i = 0; i < 20; i++)
        {
            A.Register("n1", CatalogHarness.Define("web", $"web-{i}", i + 1), [], false, "test");
        }

        _replicas.Converge();
        Assert.Equal(5, Replicas.Adopt(B, A, most: 5));
        Assert.Equal(0, Replicas.Adopt(B, A, chosen: _ => false));
        Assert.Equal(16, Replicas.Adopt(B, A));
        Assert.Equal(0, Replicas.Adopt(B, A));
    }

    [Fact]
    public void Adopt_StepByStep_LooksAtEachEntryOnceARound()
    {
        for (int i = 0; i < 40; i++)
        {
            A.Register("n1", CatalogHarness.Define("web", $"web-{i}", i + 1), [], false, "test");
        }

        _replicas.Converge();
        var gone = new Dictionary<uint, string> { [A.Origin] = "gone" };
        int bucket = 0, adopted = 0, steps = 0;
        do
        {
            adopted += B.Replica.Adopt(gone, _ => true, 3, ref bucket);
            steps++;
        }
        while (bucket != 0);

        Assert.Equal((41, 41 / 3 + 1, 0), (adopted, steps, B.Replica.CountOwnedBy(A.Origin)));
    }

    [Fact]
    public void CountOwnedBy_OfNodesWithLeases_FollowsWhoWroteThemLast()
    {
        A.RegisterNode(new NodeDefinition { Name = "far", Address = "10.0.0.1", Datacenter = "dc1" });
        A.RegisterCheck("far", null, CatalogHarness.Ttl(3) with { Id = "beat" }, HealthStatus.Passing, "");
        _replicas.Converge();
        Assert.Equal((2, 1), (B.Replica.CountOwnedBy(A.Origin), B.Replica.CountOwnedBy(B.Origin))); // the servers' own entries, too
        B.ReportCheck("far", "beat", HealthStatus.Warning, "", ReportKind.Ttl);
        Assert.Equal((1, 2), (B.Replica.CountOwnedBy(A.Origin), B.Replica.CountOwnedBy(B.Origin)));
        B.DeregisterCheck("far", "beat");
        Assert.Equal((1, 1), (B.Replica.CountOwnedBy(A.Origin), B.Replica.CountOwnedBy(B.Origin)));
        B.RegisterCheck("far", null, CatalogHarness.Ttl(3) with { Id = "beat" }, HealthStatus.Passing, "");
        B.DeregisterNode("far", "test");
        Assert.Equal(1, B.Replica.CountOwnedBy(B.Origin));
    }

    [Fact]
    public void Merge_LateStatusOfTheFormerOwner_Loses()
    {
        Register();
        Replicas.Adopt(B, A);
        _replicas.Run(1);
        A.ReportCheck("n1", "service:web-1", HealthStatus.Critical, "late", ReportKind.Ttl);
        _replicas.Tell(0, 1);
        Assert.Equal(HealthStatus.Passing, Find(B)!.Status);
        _replicas.Converge();
        Assert.Equal((HealthStatus.Passing, B.Origin), (Find(A)!.Status, Find(A)!.Tenure.Owner));
    }

    [Fact]
    public void Reclaim_TakesBackWhatIsOnTheOwnNode()
    {
        Register();
        B.Register("far", CatalogHarness.Define("web", "else"), [], false, "test");
        Replicas.Adopt(B, A);
        _replicas.Converge();
        Assert.Equal(2, A.Replica.Reclaim(100, "back"));
        Assert.Equal(0, A.Replica.Reclaim(100, "back"));
        Assert.Equal(new Tenure(3, A.Origin), Find(A)!.Tenure);
        _replicas.Converge();
        Assert.Equal(A.Origin, Find(B)!.Tenure.Owner);
    }

    [Fact]
    public void Merge_RemovalOfThisServerItself_IsAnswered()
    {
        _replicas.Converge();
        Assert.Equal(1, B.Replica.RemoveServerInstance("n1", "left"));
        Assert.True(B.DeregisterNode("n1", "gone").Ok);
        Assert.Null(B.FindNode("n1"));
        _replicas.Converge();
        Assert.NotNull(B.FindNode("n1"));
        Assert.NotNull(Find(B, "consul"));
        Assert.Equal(0, A.Replica.RemoveServerInstance("n1", "never its own"));
    }

    [Fact]
    public void Restart_Replicated_KeepsOwnersAndGivesFreshLeasesToItsOwn()
    {
        Register();
        B.Register("n2", CatalogHarness.Define("web", "web-2", 81), [CatalogHarness.Ttl(3)], false, "test");
        _replicas.Converge();
        Catalog restored = Restore(B, B.Options);
        Assert.Equal(Replicas.Describe(B), Replicas.Describe(restored));
        Assert.Equal(B.Replica.RootDigest, restored.Replica.RootDigest);
        RunAlone(restored, 3.5);
        Assert.Equal((HealthStatus.Passing, HealthStatus.Critical), (Find(restored)!.Status, Find(restored, "web-2", "n2")!.Status));
    }

    [Fact]
    public void Restart_UntilItServes_NothingExpiresAndThenEverythingHasAFullTurn()
    {
        Register(); // 3 s
        Catalog restored = Restore(A, A.Options, serves: false);
        RunAlone(restored, 30);
        Assert.Equal(HealthStatus.Passing, Find(restored)!.Status);
        restored.Replica.BeginServing();
        RunAlone(restored, 2.9);
        restored.Replica.BeginServing(); // again is nothing new
        Assert.Equal(HealthStatus.Passing, Find(restored)!.Status);
        RunAlone(restored, 0.2);
        Assert.Equal(HealthStatus.Critical, Find(restored)!.Status);
    }

    [Fact]
    public void Restart_UntilItServes_RenewalsThatPeersTellAreNoEvidence()
    {
        A.Register("n1", CatalogHarness.Define("web", "web-1", lease: 3), [], false, "test");
        _replicas.Converge();
        Assert.True(B.Renew("n1", "web-1").Ok);
        Catalog restored = Restore(A, A.Options, serves: false);
        var renewals = new List<Renewal>();
        Assert.Equal(1, B.Replica.DrainRenewals(renewals, 10));
        Assert.Equal(0, restored.Replica.ApplyRenewals([.. renewals]));
        RunAlone(restored, 30);

        // the others take over meanwhile, and let it expire
        Replicas.Adopt(B, A, most: 10);
        _replicas.Run(5);
        Assert.Null(Find(B));
        Replicas.Tell(restored, Replicas.FactsOf(B));
        Assert.Null(Find(restored));
    }

    [Fact]
    public void Restart_Alone_TakesEverythingOver()
    {
        Register();
        Catalog restored = Restore(B, B.Options with { Replicated = false });
        Assert.Equal(B.Origin, Find(restored)!.Tenure.Owner);
        Assert.Throws<InvalidOperationException>(() => restored.Replica);
        RunAlone(restored, 3.5);
        Assert.Equal(HealthStatus.Critical, Find(restored)!.Status);
    }

    private void RunAlone(Catalog catalog, double seconds)
    {
        for (int i = 0; i < seconds * 20; i++)
        {
            _replicas.Time.Advance(TimeSpan.FromMilliseconds(50));
            catalog.Tick();
        }
    }

    private Catalog Restore(Catalog from, CatalogOptions options, bool serves = true)
    {
        var restored = new Catalog(options, _replicas.Time, new Random(1), NoChangeLog.Instance, new InlineWakes());
        from.Export(() => { }).WriteTo(record => Assert.True(restored.LoadRecord(record)));
        restored.FinishLoading();
        if (options.Replicated && serves)
        {
            restored.Replica.BeginServing();
        }

        return restored;
    }

    [Fact]
    public void Adopt_OfATwinThatMovedMeanwhile_RemovesIt()
    {
        _replicas.Converge();
        A.Register("n1", CatalogHarness.Define("web", "web-1"), [], false, "test");
        _replicas.Run(0.1);
        B.Register("n2", CatalogHarness.Define("web", "web-1"), [], false, "test");
        _replicas.Tell(0, 2);
        _replicas.Tell(1, 2);
        Catalog c = _replicas[2];
        Assert.Equal(2, c.FindService("web")!.Instances.Length);
        Assert.NotEqual(0, Replicas.Adopt(c, A));
        Assert.Equal("n2", Assert.Single(c.FindService("web")!.Instances.ToArray()).Node.Name);
    }
}
