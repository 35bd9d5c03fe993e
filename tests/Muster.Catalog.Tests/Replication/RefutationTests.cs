using Muster.Model;

namespace Muster.Catalog.Tests.Replication;

/// <summary>What a server says to the expiry of something that it has heard from.</summary>
public class RefutationTests
{
    private readonly Replicas _replicas = new(3);

    private Catalog A => _replicas[0];

    private Catalog B => _replicas[1];

    private static Instance? Find(Catalog catalog) => catalog.FindInstance(catalog.FindNode("n1")!, "web-1");

    /// <summary>On A's node, with a lease of three seconds.</summary>
    private void Register()
    {
        A.Register("n1", CatalogHarness.Define("web", "web-1", 80, 3), [], false, "test");
        _replicas.Converge();
    }

    /// <summary>The heartbeat comes to B, which tells A at once.</summary>
    private void RegisterAndLetBothHear()
    {
        Register();
        _replicas.Run(0.5);
        Assert.True(B.Renew("n1", "web-1").Ok);
        var renewals = new List<Renewal>();
        B.Replica.DrainRenewals(renewals, 10);
        A.Replica.ApplyRenewals([.. renewals]);
    }

    [Fact]
    public void Merge_ExpiryOfWhatThisServerHeardFrom_IsRefuted()
    {
        Register();
        var sink = new RecordingSink();
        B.Replica.Subscribe(sink);
        _replicas.Run(2);
        Assert.True(B.Renew("n1", "web-1").Ok);
        _replicas.Run(1.3);
        Assert.Null(Find(A));
        long index = B.ServiceIndex("web");
        var newer = new List<ulong>();
        MergeSummary summary = Replicas.Tell(B, Replicas.FactsOf(A), newer);
        Assert.Equal((1, 1), (summary.Refuted, newer.Count));
        Assert.Equal((newer[0], B.Origin, index), (Assert.Single(sink.Keys), Find(B)!.Tenure.Owner, B.ServiceIndex("web")));
        _replicas.Converge();
        Assert.Equal(Find(B)!.Version, Find(A)!.Version);

        // the evidence is as good as it would have been at the owner: not a whole lease more
        _replicas.Run(2.2);
        Assert.Null(Find(B));
        _replicas.Converge();
        Assert.Null(Find(A));
    }

    /// <summary>Both count the same heartbeat; the one that was told of it is done first, as the other's ticks come late or it stood still.</summary>
    [Theory]
    [InlineData(0.2, false)]
    [InlineData(0.4, false)]
    [InlineData(0.8, false)]
    [InlineData(0.8, true)]
    public void Merge_ExpiryOfWhatTheOwnerHeardAsWell_CountsWhenThisServerIsLate(double late, bool ticksAgain)
    {
        RegisterAndLetBothHear();
        _replicas.Run(3.1 - late);
        Assert.NotNull(Find(A));
        for (double left = late; left > 0; left -= 0.05)
        {
            _replicas.Time.Advance(TimeSpan.FromMilliseconds(50));
            A.Tick();
        }

        if (ticksAgain)
        {
            B.Tick();
        }

        Assert.Null(Find(A));
        Assert.Equal(0, Replicas.Tell(B, Replicas.FactsOf(A)).Refuted);
        Assert.Null(Find(B));
    }

    [Fact]
    public void Merge_ExpiryOfWhatTheOwnerHeardAsWell_CountsWhenThisServerStoodStillTwice()
    {
        RegisterAndLetBothHear();
        for (int tick = 1; tick <= 62; tick++)
        {
            _replicas.Time.Advance(TimeSpan.FromMilliseconds(50));
            A.Tick();
            if (tick is 1 or 31 or 44 || tick > 44)
            {
                B.Tick(); // it stands still for 1.5 s, and for 0.65 s
            }
        }

        Assert.Null(Find(A));
        Assert.NotNull(Find(B));
        Assert.Equal(0, Replicas.Tell(B, Replicas.FactsOf(A)).Refuted);
        Assert.Null(Find(B));
    }

    /// <summary>What was heard after this server stood still is heard, whether its next tick came before the word of the owner or not.</summary>
    [Theory]
    [InlineData(0.4, false)]
    [InlineData(4, false)]
    [InlineData(4, true)]
    public void Merge_ExpiryOfWhatWasHeardAfterAPause_IsRefuted(double late, bool ticksAgain)
    {
        Register();
        for (double passed = 0; passed < 3.2; passed += 0.05)
        {
            _replicas.Time.Advance(TimeSpan.FromMilliseconds(50));
            A.Tick();
            if (passed < 3.2 - late)
            {
                B.Tick();
            }
        }

        Assert.Null(Find(A));
        Assert.True(B.Renew("n1", "web-1").Ok);
        if (ticksAgain)
        {
            B.Tick();
        }

        Assert.Equal(1, Replicas.Tell(B, Replicas.FactsOf(A)).Refuted);
        _replicas.Converge();
        Assert.Equal(B.Origin, Find(A)!.Tenure.Owner);
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(2.2)]
    public void Merge_LateExpiryOfTheFormerOwner_DoesNotCountWhateverWasHeard(double heardBefore)
    {
        Register();
        _replicas.Run(1);
        Assert.True(B.Renew("n1", "web-1").Ok);
        _replicas.Run(heardBefore);
        Replicas.Adopt(B, A);
        _replicas.Run(2.2 - heardBefore + 0.2);
        Assert.Null(Find(A));
        _replicas.Run(heardBefore - 1);
        Instance before = Find(B)!;
        Assert.Equal(0, Replicas.Tell(B, Replicas.FactsOf(A)).Refuted);
        Assert.Same(before, Find(B));

        // the lease that began with the adoption is the only one
        _replicas.Converge();
        _replicas.Run(4 - heardBefore);
        Assert.Null(Find(B));
        _replicas.Converge();
        Assert.Null(Find(A));
    }

    [Fact]
    public void Merge_ExpiryWithoutEvidenceOrDeregistration_Wins()
    {
        Register();
        _replicas.Run(3.3);
        Replicas.Tell(B, Replicas.FactsOf(A));
        Assert.Null(Find(B));
        Removal removal = B.RemovalsOf("web")!.Newest!;
        Assert.Equal(RemovalKind.Expired, removal.Kind);
        Assert.Contains("from server \"n1\"", removal.Cause, StringComparison.Ordinal);

        Register();
        Assert.True(B.Renew("n1", "web-1").Ok);
        A.Deregister("n1", "web-1", "left");
        Assert.Equal(0, Replicas.Tell(B, Replicas.FactsOf(A)).Refuted);
        Assert.Null(Find(B));
    }

    [Fact]
    public void Merge_RemovalOfWhatIsCriticalForTooLong_IsNotRefutedByItsHeartbeats()
    {
        CheckDefinition[] checks = [CatalogHarness.Ttl(3), CatalogHarness.Ttl(30, deregisterAfter: 5, id: "probe")];
        A.Register("n1", CatalogHarness.Define("web", "web-1"), checks, false, "test");
        A.ReportCheck("n1", "probe", HealthStatus.Critical, "", ReportKind.Ttl);
        _replicas.Converge();
        for (int i = 0; i < 6; i++)
        {
            Assert.True(B.TryPass("service:web-1", ""));
            _replicas.Run(1);
        }

        Assert.Null(Find(A));
        _replicas.Tell(0, 1);
        Assert.Null(Find(B));
    }

    [Fact]
    public void Refute_AnExpiry_GivesWhatWasNotHeardHereAFullTurn()
    {
        CheckDefinition[] checks = [CatalogHarness.Ttl(3, deregisterAfter: 0, id: "a"), CatalogHarness.Ttl(3, id: "b")];
        A.Register("n1", CatalogHarness.Define("web", "web-1", 80, 5), checks, false, "test");
        _replicas.Converge();
        Assert.True(B.TryPass("b", "")); // from then on only A hears of it
        for (int i = 0; i < 5; i++)
        {
            _replicas.Run(1);
            Assert.True(A.TryPass("a", "") && A.TryPass("b", ""));
            Assert.True(B.Renew("n1", "web-1").Ok);
        }

        _replicas.Run(0.3);
        Assert.Null(Find(A));
        _replicas.Tell(0, 1);
        _replicas.Run(1);
        Assert.Equal((B.Origin, HealthStatus.Passing), (Find(B)!.Tenure.Owner, Find(B)!.Status));
    }
}
