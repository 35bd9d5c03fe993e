using Muster.Model;

namespace Muster.Catalog.Tests.Replication;

/// <summary>Heartbeats at a server that is not responsible: evidence, told to the owner once, never an expiry.</summary>
public class RenewalTests
{
    private readonly Replicas _replicas = new(2);

    private Catalog Owner => _replicas[0];

    private Catalog Other => _replicas[1];

    /// <summary>An instance on the second server's node that the first one owns, so that heartbeats come to the second.</summary>
    private void RegisterElsewhere(double ttl = 3, double lease = 0)
    {
        _replicas.Converge();
        InstanceDefinition web = CatalogHarness.Define("web", "web-1", 80, lease);
        Assert.True(Owner.Register("n2", web, ttl > 0 ? [CatalogHarness.Ttl(ttl), CatalogHarness.Ttl(ttl, id: "named")] : [], false, "test").Ok);
        _replicas.Tell(0, 1);
        Assert.Equal(Owner.Origin, Find(Other)!.Tenure.Owner);
    }

    private static Instance? Find(Catalog catalog) => catalog.FindInstance(catalog.FindNode("n2")!, "web-1");

    private List<Renewal> Drain(int most = 100)
    {
        var renewals = new List<Renewal>();
        Assert.Equal(Other.Replica.DrainRenewals(renewals, most), renewals.Count);
        return renewals;
    }

    private int Forward() => Owner.Replica.ApplyRenewals([.. Drain()]);

    [Fact]
    public void TryPass_OfAnothersCheck_IsToldOnceWithItsAge()
    {
        RegisterElsewhere();
        Assert.Empty(Drain());
        Assert.True(Other.TryPass("service:web-1", ""));
        Assert.True(Other.TryPass("service:web-1", ""));
        _replicas.Run(1);
        Renewal renewal = Assert.Single(Drain());
        Assert.Equal(Owner.Origin, renewal.Owner);
        Assert.InRange(renewal.AgeMilliseconds, 900, 1150);
        Assert.Empty(Drain());
        Assert.True(Other.TryPass("service:web-1", ""));
        Assert.Single(Drain());
    }

    [Fact]
    public void ApplyRenewals_ExtendsToTheTtlLessTheAge()
    {
        RegisterElsewhere();
        _replicas.Run(2);
        Assert.True(Other.TryPass("service:web-1", ""));
        Assert.True(Other.TryPass("named", ""));
        _replicas.Run(0.5);
        Assert.Equal(2, Forward());
        _replicas.Run(2.3);
        Assert.Equal(HealthStatus.Passing, Find(Owner)!.Status);
        _replicas.Run(0.5);
        Assert.Equal(HealthStatus.Critical, Find(Owner)!.Status);
        Assert.Equal(HealthStatus.Passing, Find(Other)!.Status);
    }

    [Fact]
    public void ApplyRenewals_OfAnExpiredOrOldOne_BringsNothingBack()
    {
        RegisterElsewhere(ttl: 0, lease: 3);
        _replicas.Run(2);
        Assert.True(Other.Renew("n2", "web-1").Ok);
        Renewal renewal = Assert.Single(Drain());
        Assert.Equal(0, Owner.Replica.ApplyRenewals([renewal with { AgeMilliseconds = 3000 }, renewal with { Key = 77 }, renewal with { AgeMilliseconds = int.MaxValue }]));
        _replicas.Run(1.5);
        Assert.Null(Find(Owner));
        Assert.Equal(0, Owner.Replica.ApplyRenewals([renewal]));
        Assert.Null(Find(Owner));
    }

    [Fact]
    public void DrainRenewals_MoreThanAsked_KeepsTheRest()
    {
        _replicas.Converge();
        for (int i = 0; i < 10; i++)
        {
            Owner.Register("n2", CatalogHarness.Define("web", $"web-{i}", i + 1), [CatalogHarness.Ttl(10)], false, "test");
        }

        _replicas.Tell(0, 1);
        for (int i = 0; i < 10; i++)
        {
            Assert.True(Other.TryPass($"service:web-{i}", ""));
        }

        List<Renewal> first = Drain(4);
        Assert.True(Other.TryPass("service:web-0", ""));
        List<Renewal> rest = Drain();
        Assert.Equal((4, 10), (first.Count, first.Concat(rest).Select(renewal => renewal.Key).Distinct().Count()));
    }

    [Fact]
    public void TryPass_OfAnothersCheck_AllocatesNothing()
    {
        RegisterElsewhere();
        Drain();
        Other.TryPass("service:web-1", "");
        var renewals = new List<Renewal>(4);
        Other.Replica.DrainRenewals(renewals, 4);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            Other.TryPass("service:web-1", "");
            renewals.Clear();
            Other.Replica.DrainRenewals(renewals, 4);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void TryPass_FromManyThreadsWhileDrained_LosesNone()
    {
        const int Instances = 64;
        _replicas.Converge();
        for (int i = 0; i < Instances; i++)
        {
            Owner.Register("n2", CatalogHarness.Define("web", $"web-{i}", i + 1), [CatalogHarness.Ttl(10)], false, "test");
        }

        _replicas.Tell(0, 1);
        var seen = new HashSet<ulong>();
        var renewals = new List<Renewal>();
        Thread[] threads = [.. Enumerable.Range(0, 3).Select(first => new Thread(() =>
        {
            for (int round = 0; round < 300; round++)
            {
                for (int i = 0; i < Instances; i++)
                {
                    Assert.True(Other.TryPass($"service:web-{(i + (first * 20)) % Instances}", ""));
                }
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        while (threads.Any(thread => thread.IsAlive))
        {
            Other.Replica.DrainRenewals(renewals, 10);
        }

        renewals.Clear();
        Other.Replica.DrainRenewals(renewals, 1000);
        for (int i = 0; i < Instances; i++)
        {
            Assert.True(Other.TryPass($"service:web-{i}", ""));
        }

        renewals.Clear();
        Other.Replica.DrainRenewals(renewals, 1000);
        seen.UnionWith(renewals.Select(renewal => renewal.Key));
        Assert.Equal((Instances, Instances), (renewals.Count, seen.Count));
    }

    [Fact]
    public void Tick_AtAnother_ExpiresNothing()
    {
        RegisterElsewhere(ttl: 1, lease: 1);
        for (int i = 0; i < 40; i++)
        {
            _replicas.Time.Advance(TimeSpan.FromMilliseconds(50));
            Other.Tick();
        }

        Assert.Equal(HealthStatus.Passing, Find(Other)!.Status);
        Assert.Equal(0, Other.Statistics.Deadlines);
    }

    [Fact]
    public void Register_TheSameAgainElsewhere_IsOnlyASignOfLife()
    {
        RegisterElsewhere(ttl: 3, lease: 3);
        Instance before = Find(Other)!;
        _replicas.Run(2);
        Assert.True(Other.Register("n2", CatalogHarness.Define("web", "web-1", 80, 3), [CatalogHarness.Ttl(3), CatalogHarness.Ttl(3, id: "named")], false, "test").Ok);
        Assert.Same(before, Find(Other));
        Assert.Equal(3, Forward());
        _replicas.Run(2);
        Assert.Equal(HealthStatus.Passing, Find(Owner)!.Status);
    }

    [Fact]
    public void Register_AnotherOneElsewhere_MovesTheResponsibility()
    {
        RegisterElsewhere();
        Tenure before = Find(Owner)!.Tenure;
        Assert.True(Other.Register("n2", CatalogHarness.Define("web", "web-1", 81), [CatalogHarness.Ttl(3)], false, "test").Ok);
        Assert.Equal(new Tenure(before.Epoch + 1, Other.Origin), Find(Other)!.Tenure);
        _replicas.Tell(1, 0);
        Assert.Equal((Find(Other)!.Tenure, (ushort)81), (Find(Owner)!.Tenure, Find(Owner)!.Data.Port));
        _replicas.Run(4);
        Assert.Equal((HealthStatus.Passing, HealthStatus.Critical), (Find(Owner)!.Status, Find(Other)!.Status));
    }

    [Fact]
    public void SetState_Elsewhere_LeavesTheResponsibility()
    {
        RegisterElsewhere();
        Assert.True(Other.SetState("n2", "web-1", InstanceState.OutOfService, "repair").Ok);
        Assert.Equal(Owner.Origin, Find(Other)!.Tenure.Owner);
        _replicas.Tell(1, 0);
        Assert.Equal((InstanceState.OutOfService, Owner.Origin), (Find(Owner)!.State, Find(Owner)!.Tenure.Owner));
        _replicas.Run(4);
        Assert.Equal(HealthStatus.Critical, Find(Owner)!.FindCheck("service:web-1")!.Status);
    }

    [Fact]
    public void Expiry_AtTheOwnerWhileAHeartbeatIsOnItsWay_IsRefutedOnce()
    {
        RegisterElsewhere();
        _replicas.Run(2.8);
        Assert.True(Other.TryPass("service:web-1", "") && Other.TryPass("named", ""));
        _replicas.Run(0.5);
        Assert.Equal(HealthStatus.Critical, Find(Owner)!.Status);
        _replicas.Tell(0, 1);
        Assert.Equal(HealthStatus.Passing, Find(Other)!.Status);
        _replicas.Tell(1, 0);
        Assert.Equal((HealthStatus.Passing, Owner.Origin), (Find(Owner)!.Status, Find(Owner)!.Tenure.Owner));
        _replicas.Converge();

        _replicas.Run(3.2);
        Assert.Equal(HealthStatus.Critical, Find(Owner)!.Status);
        _replicas.Converge();
        Assert.Equal((HealthStatus.Critical, HealthStatus.Critical), (Find(Owner)!.Status, Find(Other)!.Status));
    }

    [Fact]
    public void Failure_ThatSomebodyReports_IsNotRefutedByEarlierHeartbeats()
    {
        RegisterElsewhere();
        Assert.True(Other.TryPass("service:web-1", ""));
        Owner.ReportCheck("n2", "service:web-1", HealthStatus.Critical, "out of memory", ReportKind.Ttl);
        _replicas.Converge();
        Assert.Equal((HealthStatus.Critical, HealthStatus.Critical), (Find(Owner)!.Status, Find(Other)!.Status));
    }
}
