using Muster.Model;

namespace Muster.Catalog.Tests;

public class StalenessTests
{
    [Fact]
    public void StalenessOf_Ttl_IsTtlAndTwoTicksAndTheWake()
    {
        var harness = new CatalogHarness();
        harness.Register("web", "web-1", CatalogHarness.Ttl(30));
        StalenessBudget budget = harness.Catalog.StalenessOf(harness.Find("web-1")!);
        Assert.Equal("ttl", budget.Kind);
        Assert.Equal(30.15, budget.TotalSeconds!.Value, 3);
        Assert.Equal(budget.TotalSeconds.Value, budget.Terms.Sum(term => term.Seconds), 6);
    }

    [Fact]
    public void StalenessOf_Probe_CountsAHangingTargetsTimeoutForEveryFailure()
    {
        var harness = new CatalogHarness();
        harness.Register("web", "web-1", CatalogHarness.Http(failures: 3) with { Timeout = TimeSpan.FromSeconds(2) });
        harness.Register("api", "api-1", CatalogHarness.Http());
        Assert.Equal((10 * 3) + (2 * 3) + 0.05, harness.Catalog.StalenessOf(harness.Find("web-1")!).TotalSeconds!.Value, 3);
        Assert.Equal(10 + 10 + 0.05, harness.Catalog.StalenessOf(harness.Find("api-1")!).TotalSeconds!.Value, 3);
    }

    [Fact]
    public void StalenessOf_SeveralWays_IsTheShortest_AndNoneIsUnbounded()
    {
        var harness = new CatalogHarness();
        harness.Register(CatalogHarness.Define("web", "web-1", lease: 5), CatalogHarness.Ttl(30));
        harness.Register("db", "db-1");
        Assert.Equal("lease", harness.Catalog.StalenessOf(harness.Find("web-1")!).Kind);
        Assert.Null(harness.Catalog.StalenessOf(harness.Find("db-1")!).TotalSeconds);
    }

    [Fact]
    public void StalenessOf_BehindTheRateLimit_SaysHowLongTheBacklogTakes()
    {
        var harness = new CatalogHarness(1, options => options with { ExpiriesPerSecond = 10, Preservation = new PreservationOptions { Enabled = false } });
        for (int i = 0; i < 100; i++)
        {
            harness.Register("web", $"web-{i}", CatalogHarness.Ttl(3));
        }

        harness.Run(3.2);
        Assert.Contains(harness.Catalog.StalenessOf(harness.Find("web-1")!).Terms, term => term.Name == "backlog" && term.Seconds > 5);
        harness.Run(20);
        Assert.All(harness.Catalog.FindService("web")!.Instances.ToArray(), instance => Assert.Equal(HealthStatus.Critical, instance.Status));
    }

    [Fact]
    public void StalenessOf_OnACluster_AddsReplicationAndSaysWhatALostOwnerCosts()
    {
        var harness = new CatalogHarness(1, options => options with { OwnerTimeout = TimeSpan.FromSeconds(10) });
        harness.Register("web", "web-1", CatalogHarness.Ttl(30));
        StalenessBudget budget = harness.Catalog.StalenessOf(harness.Find("web-1")!);
        Assert.Equal(30.25, budget.TotalSeconds!.Value, 3);
        Assert.Equal(["ttl", "tick", "replication", "wake"], budget.Terms.Select(term => term.Name));
        Assert.Equal(["owner_timeout", "adoption", "again"], budget.OwnerLoss!.Terms.Select(term => term.Name));
        Assert.Equal(10 + 1 + 30.1, budget.OwnerLoss.TotalSeconds!.Value, 3);
    }

    [Fact]
    public void StalenessOf_OnAClusterALoopbackProbe_IsNotTakenOver()
    {
        var harness = new CatalogHarness(1, options => options with { OwnerTimeout = TimeSpan.FromSeconds(10) });
        CheckDefinition loopback = CatalogHarness.Http() with { Http = new HttpProbe("http://127.0.0.1:1/") };
        harness.Register("web", "web-1", loopback);
        harness.Register("api", "api-1", loopback, CatalogHarness.Ttl(30) with { Id = "beat" });
        Assert.Null(harness.Catalog.StalenessOf(harness.Find("web-1")!).OwnerLoss!.TotalSeconds);
        Assert.Equal(10 + 1 + 30.1, harness.Catalog.StalenessOf(harness.Find("api-1")!).OwnerLoss!.TotalSeconds!.Value, 3);
        harness.Register("db", "db-1");
        Assert.Null(harness.Catalog.StalenessOf(harness.Find("db-1")!).OwnerLoss);
    }
}
