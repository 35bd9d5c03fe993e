using Muster.Model;

namespace Muster.Catalog.Tests.Leases;

public class ExpiryTests
{
    private static readonly TimeSpan TwoTicks = TimeSpan.FromMilliseconds(100);

    [Fact]
    public void TtlCheck_NoHeartbeat_TurnsCriticalWithinTtlAndTwoTicks()
    {
        // every phase of the heartbeat against the tick
        for (int phase = 0; phase < 50; phase++)
        {
            var harness = new CatalogHarness(phase);
            harness.Time.Advance(TimeSpan.FromMilliseconds(phase));
            harness.Register("web", "web-1", CatalogHarness.Ttl(3));
            long registered = harness.Time.GetTimestamp();
            while (harness.StatusOf("web-1") == HealthStatus.Passing)
            {
                harness.Run(0.05);
            }

            TimeSpan lived = harness.Time.GetElapsedTime(registered);
            Assert.InRange(lived, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(3) + TwoTicks);
        }
    }

    [Fact]
    public void TtlCheck_Heartbeats_LiveForEver_AndWriteNothing()
    {
        var harness = new CatalogHarness();
        harness.Register("web", "web-1", CatalogHarness.Ttl(3));
        int records = harness.Log.Records.Count;
        long index = harness.Index("web");
        for (int i = 0; i < 100; i++)
        {
            harness.Run(2.9);
            Assert.True(harness.Catalog.TryPass("service:web-1", ""));
        }

        Assert.Equal(HealthStatus.Passing, harness.StatusOf("web-1"));
        Assert.Equal(records, harness.Log.Records.Count);
        Assert.Equal(index, harness.Index("web"));
        Assert.Equal(100, harness.Catalog.Statistics.Renewals);
    }

    [Fact]
    public void TtlCheck_RegisteredAgainAsItIs_CountsAsASignOfLife()
    {
        var harness = new CatalogHarness();
        harness.Register("web", "web-1", CatalogHarness.Ttl(3));
        harness.Catalog.RegisterCheck(CatalogHarness.Node, null, CatalogHarness.Ttl(3, id: "disk"), null, null);
        for (int i = 0; i < 3; i++)
        {
            harness.Run(2);
            harness.Catalog.RegisterCheck(CatalogHarness.Node, "web-1", CatalogHarness.Ttl(3), null, null);
            harness.Catalog.RegisterCheck(CatalogHarness.Node, null, CatalogHarness.Ttl(3, id: "disk"), null, null);
        }

        Assert.Equal(HealthStatus.Passing, harness.StatusOf("web-1"));
        harness.Run(3.2);
        Assert.Equal(HealthStatus.Critical, harness.Find("web-1")!.Checks[0].Status);
    }

    [Fact]
    public void TtlCheck_Expired_SaysWhyInTheTimeline()
    {
        var harness = new CatalogHarness();
        harness.Register("web", "web-1", CatalogHarness.Ttl(30));
        harness.Run(31);
        Assert.Matches("expired: last heartbeat 30(\\.1)? s ago, TTL 30 s", harness.LastCause("web"));
        Assert.Equal("TTL expired", harness.Find("web-1")!.Checks[0].Output);
    }

    [Fact]
    public void TtlCheck_HeartbeatAfterExpiry_IsRefusedByTheFastPathAndHealedByAReport()
    {
        var harness = new CatalogHarness();
        harness.Register("web", "web-1", CatalogHarness.Ttl(3));
        harness.Run(4);
        Assert.False(harness.Catalog.TryPass("service:web-1", ""));
        harness.Catalog.ReportCheck(CatalogHarness.Node, "service:web-1", HealthStatus.Passing, "", ReportKind.Ttl);
        Assert.Equal(HealthStatus.Passing, harness.StatusOf("web-1"));
        Assert.True(harness.Catalog.TryPass("service:web-1", ""));
    }

    [Fact]
    public void InstanceLease_NotRenewed_RemovesTheInstance()
    {
        var harness = new CatalogHarness();
        harness.Register(CatalogHarness.Define("db", "db-1", lease: 90 * 60));
        harness.Run(TimeSpan.FromMinutes(89));
        Assert.True(harness.Catalog.Renew(CatalogHarness.Node, "db-1").Ok);
        harness.Run(TimeSpan.FromMinutes(89));
        Assert.NotNull(harness.Catalog.FindService("db"));
        harness.Run(TimeSpan.FromMinutes(1.1));
        Assert.Null(harness.Catalog.FindService("db"));
        Assert.StartsWith("expired: last heartbeat 5400", harness.LastCause("db"), StringComparison.Ordinal);
        Assert.Equal(CatalogError.UnknownInstance, harness.Catalog.Renew(CatalogHarness.Node, "db-1").Error);
    }

    [Fact]
    public void DeregisterAfter_CriticalThatLong_RemovesToTheSecond()
    {
        var harness = new CatalogHarness();
        harness.Register("web", "web-1", CatalogHarness.Ttl(3, deregisterAfter: 30));
        harness.Run(3.1);
        Assert.Equal(HealthStatus.Critical, harness.StatusOf("web-1"));
        harness.Run(29.9);
        Assert.NotNull(harness.Find("web-1"));
        harness.Run(0.3);
        Assert.Null(harness.Find("web-1"));
        Assert.Contains("critical for 30", harness.LastCause("web"), StringComparison.Ordinal);
    }

    [Fact]
    public void DeregisterAfter_PassingInBetween_StartsOver()
    {
        var harness = new CatalogHarness();
        harness.Register("web", "web-1", CatalogHarness.Ttl(3, deregisterAfter: 10));
        harness.Run(10);
        harness.Catalog.ReportCheck(CatalogHarness.Node, "service:web-1", HealthStatus.Passing, "", ReportKind.Ttl);
        harness.Run(12);
        Assert.NotNull(harness.Find("web-1"));
        harness.Run(1.3);
        Assert.Null(harness.Find("web-1"));
    }

    [Fact]
    public void Tick_ServerStoodStillForLongerThanEveryTtl_ExpiresNobody()
    {
        CatalogHarness harness = WithoutPreservation();
        for (int i = 0; i < 100; i++)
        {
            harness.Register("web", $"web-{i}", CatalogHarness.Ttl(3));
            harness.Register(CatalogHarness.Define("db", $"db-{i}", lease: 3));
        }

        harness.Run(1);
        harness.Time.Advance(TimeSpan.FromHours(1));
        harness.Catalog.Tick();
        harness.Run(1);

        Assert.Equal(200, harness.Catalog.Statistics.Instances - 1);
        Assert.All(harness.Catalog.FindService("web")!.Instances.ToArray(), instance => Assert.Equal(HealthStatus.Passing, instance.Status));
        Assert.InRange(harness.Catalog.Statistics.Paused.TotalMinutes, 59.9, 60);
        harness.Run(2);
        Assert.Null(harness.Catalog.FindService("db"));
    }

    [Fact]
    public void Tick_WallClockJumps_LeasesDoNotCare()
    {
        var harness = new CatalogHarness();
        harness.Register("web", "web-1", CatalogHarness.Ttl(3));
        harness.Time.SetWallClock(new DateTimeOffset(2036, 1, 1, 0, 0, 0, TimeSpan.Zero));
        harness.Run(2.9);
        Assert.Equal(HealthStatus.Passing, harness.StatusOf("web-1"));
        harness.Time.SetWallClock(new DateTimeOffset(2006, 1, 1, 0, 0, 0, TimeSpan.Zero));
        long index = harness.Index("web");
        harness.Run(0.3);
        Assert.Equal(HealthStatus.Critical, harness.StatusOf("web-1"));
        Assert.True(harness.Index("web") > index);
    }

    [Fact]
    public void Tick_MassExpiry_IsRateLimitedAndInRandomOrder()
    {
        CatalogHarness harness = WithoutPreservation(7, expiriesPerSecond: 100);
        for (int i = 0; i < 500; i++)
        {
            harness.Register(CatalogHarness.Define(i < 250 ? "a" : "b", $"{i:000}", lease: 3));
        }

        harness.Run(3.1);
        int gone = 500 - (harness.Catalog.Statistics.Instances - 1);
        Assert.InRange(gone, 90, 120);
        int ofA = 250 - harness.Catalog.FindService("a")!.Instances.Length;
        Assert.InRange(ofA, 30, 80);
        Assert.True(harness.Catalog.Statistics.ExpiryBacklog > 300);
        harness.Run(1);
        Assert.InRange(500 - (harness.Catalog.Statistics.Instances - 1), 190, 220);
        harness.Run(4);
        Assert.Equal(1, harness.Catalog.Statistics.Instances);
    }

    [Fact]
    public void Renew_WhileWaitingForTheRateLimit_Survives()
    {
        CatalogHarness harness = WithoutPreservation(3, expiriesPerSecond: 1);
        for (int i = 0; i < 20; i++)
        {
            harness.Register(CatalogHarness.Define("a", $"{i:000}", lease: 3));
        }

        harness.Run(3.2);
        Instance survivor = harness.Catalog.FindService("a")!.Instances[^1];
        for (int i = 0; i < 30; i++)
        {
            Assert.True(harness.Catalog.Renew(CatalogHarness.Node, survivor.Data.IdText).Ok);
            harness.Run(1);
        }

        Assert.Same(survivor, Assert.Single(harness.Catalog.FindService("a")!.Instances.ToArray()));
    }

    [Fact]
    public void TryPass_Heartbeat_AllocatesNothing()
    {
        var harness = new CatalogHarness();
        for (int i = 0; i < 100; i++)
        {
            harness.Register("web", $"web-{i}", CatalogHarness.Ttl(30));
        }

        for (int i = 0; i < 100; i++)
        {
            harness.Catalog.TryPass("service:web-7", "");
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        bool passed = true;
        for (int i = 0; i < 1000; i++)
        {
            passed &= harness.Catalog.TryPass("service:web-7", "");
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(passed);
    }

    [Fact]
    public void Register_AgainWithOtherData_RenewsTheChecksItNames()
    {
        var harness = new CatalogHarness();
        harness.Register(CatalogHarness.Define("web", "web-1"), CatalogHarness.Ttl(2));
        harness.Run(1.5);
        harness.Register(CatalogHarness.Define("web", "web-1", port: 81), CatalogHarness.Ttl(2));
        harness.Run(1.5);
        Assert.Equal(HealthStatus.Passing, harness.StatusOf("web-1"));
    }

    [Fact]
    public void SetMaintenance_OfADeadInstance_DoesNotRenewItsLease()
    {
        var harness = new CatalogHarness();
        harness.Register(CatalogHarness.Define("web", "web-1", lease: 2));
        harness.Run(1.5);
        harness.Catalog.SetMaintenance(CatalogHarness.Node, "web-1", enable: true, "an operator, not the instance");
        harness.Run(0.7);
        Assert.Null(harness.Find("web-1"));
    }

    [Fact]
    public void Renew_AfterAPauseAndBeforeTheFirstTick_LastsAWholeLease()
    {
        var harness = new CatalogHarness();
        harness.Register(CatalogHarness.Define("web", "web-1", lease: 1));
        harness.Time.Advance(TimeSpan.FromMilliseconds(49)); // a part of a tick that the clock carries along
        harness.Catalog.Tick();
        harness.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.True(harness.Catalog.Renew(CatalogHarness.Node, "web-1").Ok);
        harness.Catalog.Tick();
        harness.Run(0.95);
        harness.Time.Advance(TimeSpan.FromMilliseconds(49));
        harness.Catalog.Tick();
        Assert.NotNull(harness.Find("web-1"));
    }

    /// <summary>When everybody falls silent at once, and that is not what is being tested.</summary>
    private static CatalogHarness WithoutPreservation(int seed = 1, int expiriesPerSecond = 1000) => new(
        seed, options => options with { ExpiriesPerSecond = expiriesPerSecond, Preservation = new PreservationOptions { Enabled = false } });
}
