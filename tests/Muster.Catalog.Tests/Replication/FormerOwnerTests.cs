using Muster.Model;

namespace Muster.Catalog.Tests.Replication;

/// <summary>A server that was cut off lets instances expire that others are responsible for by then: nobody believes it.</summary>
public class FormerOwnerTests
{
    private const double Lease = 3;

    private readonly Replicas _replicas = new(3);

    private Catalog Cut => _replicas[0];

    private Catalog Owner => _replicas[1];

    private Catalog Third => _replicas[2];

    public FormerOwnerTests()
    {
        Cut.Register("n1", CatalogHarness.Define("web", "web-1", lease: Lease), [], false, "test");
        _replicas.Converge();
        Assert.Equal(2, Replicas.Adopt(Owner, Cut));
        _replicas.Tell(1, 2);
        for (int second = 0; second < 5; second++)
        {
            Assert.True(Owner.Renew("n1", "web-1").Ok);
            _replicas.Run(1);
        }

        Assert.Null(Find(Cut));
    }

    private static Instance? Find(Catalog catalog) => catalog.FindInstance(catalog.FindNode("n1")!, "web-1");

    private static byte[] TraceOf(Catalog catalog) =>
        Assert.Single(Replicas.FactsOf(catalog), fact => (FactKind)fact[0] == FactKind.InstanceTombstone);

    private Catalog Restart(int server, Func<CatalogOptions, CatalogOptions>? with = null)
    {
        var restored = new Catalog(with?.Invoke(_replicas[server].Options) ?? _replicas[server].Options, _replicas.Time, new Random(1), NoChangeLog.Instance, new InlineWakes());
        Assert.All(_replicas.Logs[server].Records, record => Assert.True(restored.LoadRecord(record)));
        restored.FinishLoading();
        return restored;
    }

    [Fact]
    public void Expiry_AtAServerThatHeardNothingItself_TakesNobodyOffItsLists()
    {
        Instance before = Find(Third)!;
        int records = _replicas.Logs[2].Records.Count;
        var newer = new List<ulong>();
        Assert.Equal(1, Replicas.Tell(Third, [TraceOf(Cut)], newer).Older);
        Assert.Same(before, Find(Third));
        Assert.Equal(records, _replicas.Logs[2].Records.Count);

        // and the one that was cut off is told better
        Replicas.Tell(Cut, [Replicas.FactOf(Third, Assert.Single(newer))]);
        Assert.Equal((before.Version, before.Tenure), (Find(Cut)!.Version, Find(Cut)!.Tenure));
        _replicas.Converge();
        Assert.All(_replicas.Catalogs, catalog => Assert.Equal(before.Version, Find(catalog)!.Version));
    }

    [Fact]
    public void Expiry_ThatWasHeardFirst_GivesWayToTheOwner()
    {
        var late = new Replicas(1, with: options => options with { NodeName = "late", NodeId = "91111111-1111-1111-1111-111111111111" });
        late.Time.Advance(_replicas.Time.GetUtcNow() - late.Time.GetUtcNow());
        Replicas.Tell(late[0], Replicas.FactsOf(Cut));
        Assert.Null(Find(late[0]));
        Replicas.Tell(late[0], Replicas.FactsOf(Third));
        Assert.Equal(Owner.Origin, Find(late[0])!.Tenure.Owner);
    }

    [Fact]
    public void Expiry_OfARegistrationThatWasChangedElsewhere_SaysNothingAboutTheNewOne()
    {
        Third.Register("n1", CatalogHarness.Define("web", "web-1", port: 81, lease: Lease), [], false, "test");
        _replicas.Run(1);
        Assert.Equal(1, Replicas.Tell(Third, [TraceOf(Cut)]).Older);
        _replicas.Converge();
        Assert.All(_replicas.Catalogs, catalog => Assert.Equal(81, Find(catalog)!.Data.Port));
    }

    [Fact]
    public void Expiry_AfterARestart_StillSaysWhatItEnded()
    {
        Catalog restored = Restart(0);
        Assert.Equal(TraceOf(Cut), TraceOf(restored));

        var compacted = new Catalog(Cut.Options, _replicas.Time, new Random(1), NoChangeLog.Instance, new InlineWakes());
        restored.Export(() => { }).WriteTo(record => Assert.True(compacted.LoadRecord(record)));
        compacted.FinishLoading();
        Assert.Equal(TraceOf(Cut), TraceOf(compacted));
    }

    [Fact]
    public void Expiry_FoundInTheJournalOfWhoWasToldBetter_GivesWay()
    {
        Replicas.Tell(Cut, Replicas.FactsOf(Third));
        Instance present = Find(Cut)!;
        Instance restored = Find(Restart(0))!;
        Assert.Equal((present.Version, present.Tenure), (restored.Version, restored.Tenure));
    }

    [Fact]
    public void Expiry_ByWhoIsResponsible_PassesAtAllOthersAndAfterRestarts()
    {
        _replicas.Run(Lease);
        Assert.Null(Find(Owner));
        MergeSummary summary = Replicas.Tell(Third, [TraceOf(Owner)]);
        Assert.Equal((1, 0), (summary.Applied, summary.Refuted));
        _replicas.Converge();
        Assert.All(_replicas.Catalogs, catalog => Assert.Null(Find(catalog)));
        for (int server = 0; server < 3; server++)
        {
            Assert.Null(Find(Restart(server)));
            Assert.Null(Find(Restart(server, options => options with { Replicated = false })));
        }
    }

    [Fact]
    public void Expiry_ByAnEarlierRelease_GoesByItsOwnVersion()
    {
        var writer = new PackWriter();
        FactCodec.Write(writer, new Tombstone("n1", "web-1", FactCodec.TryRead(TraceOf(Cut), 0)!.Version) { Kind = RemovalKind.Expired });
        byte[] without = writer.Written[..^4].ToArray(); // what it ended: one byte for each of four zeros
        MergeSummary summary = Replicas.Tell(Third, [without]);
        Assert.Equal((1, 0), (summary.Applied, summary.Refuted));
        Assert.Equal(1, Replicas.Tell(Owner, [without]).Refuted);
        _replicas.Converge();
        Assert.All(_replicas.Catalogs, catalog => Assert.Equal(Owner.Origin, Find(catalog)!.Tenure.Owner));
    }

    [Fact]
    public void Deregistration_AtTheFormerOwner_StandsWhoeverIsResponsible()
    {
        var replicas = new Replicas(2);
        replicas[0].Register("n1", CatalogHarness.Define("web", "web-1", lease: Lease), [], false, "test");
        replicas.Converge();
        Replicas.Adopt(replicas[1], replicas[0]);
        Assert.True(replicas[0].Deregister("n1", "web-1", "test").Ok);
        replicas.Converge();
        Assert.Null(Find(replicas[1]));
    }

    [Fact]
    public void OldDeregistration_AndAYoungerExpiryOfWhatItRemoved_AreOneRemovalInTheEnd()
    {
        var replicas = new Replicas(2);
        replicas[0].Register("n1", CatalogHarness.Define("web", "web-1", lease: Lease), [], false, "test");
        replicas.Converge();
        Assert.Equal(2, Replicas.Adopt(replicas[1], replicas[0]));
        replicas[0].Deregister("n1", "web-1", "test");
        replicas[1].Replica.KeepRemovals(false);
        replicas.Time.Advance(replicas[0].Options.TombstoneAge + TimeSpan.FromMinutes(2));
        replicas.Run(Lease + 1);
        Assert.Null(Find(replicas[1]));
        byte[] expiry = TraceOf(replicas[1]);
        Assert.DoesNotContain(Replicas.FactsOf(replicas[0]), fact => (FactKind)fact[0] == FactKind.InstanceTombstone);
        var newer = new List<ulong>();
        Assert.Equal(1, Replicas.Tell(replicas[0], [expiry], newer).Older);
        Assert.Equal(1, Replicas.Tell(replicas[1], [Replicas.FactOf(replicas[0], Assert.Single(newer))]).Applied);
        replicas.Converge();
        Assert.All(replicas.Catalogs, catalog => Assert.Null(Find(catalog)));
    }
}
