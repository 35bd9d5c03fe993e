using Muster.Model;

namespace Muster.Catalog.Tests.Replication;

/// <summary>What merging does, and what it must not do.</summary>
public class MergingTests
{
    private readonly Replicas _replicas = new(2);

    private Catalog A => _replicas[0];

    private Catalog B => _replicas[1];

    private static Instance? Find(Catalog catalog, string id = "web-1", string node = "n1") =>
        catalog.FindNode(node) is { } found ? catalog.FindInstance(found, id) : null;

    private void Register(string id = "web-1", int port = 80) =>
        Assert.True(A.Register("n1", CatalogHarness.Define("web", id, port), [CatalogHarness.Ttl(10)], false, "test").Ok);

    [Fact]
    public void Merge_WhatIsKnown_MovesNoIndexWakesNobodyAndWritesNothing()
    {
        Register();
        A.ReportCheck("n1", "service:web-1", HealthStatus.Warning, "tired", ReportKind.Ttl);
        A.Deregister("n1", "gone", "test");
        _replicas.Converge();
        List<byte[]> facts = Replicas.FactsOf(A);
        var watcher = new CountingWatcher();
        Assert.True(B.ServicePoint("web").TryAdd(watcher, B.ServiceIndex("web")));
        var sink = new RecordingSink();
        B.Replica.Subscribe(sink);
        int records = _replicas.Logs[1].Records.Count;
        Instance before = Find(B)!;
        MergeSummary summary = Replicas.Tell(B, facts);
        Assert.Equal(new MergeSummary(0, facts.Count, 0, 0, 0, 0), summary);
        Assert.Equal((0, records, 0), (watcher.Wakes, _replicas.Logs[1].Records.Count, sink.Keys.Count));
        Assert.Same(before, Find(B));
    }

    [Fact]
    public void Merge_ManyOfOneService_PublishesOnceAndIsNoLocalChange()
    {
        for (int i = 0; i < 50; i++)
        {
            Register($"web-{i}", i + 1);
        }

        var sink = new RecordingSink();
        B.Replica.Subscribe(sink);
        var observer = new SnapshotObserver(B);
        B.Subscribe(observer);
        Replicas.Tell(B, Replicas.FactsOf(A));
        Assert.Equal(50, B.FindService("web")!.Instances.Length);
        Assert.Equal((1, 50), (observer.Lengths.Distinct().Count(), observer.Lengths.Count));
        Assert.Empty(sink.Keys);
        Assert.Contains("from server \"n1\"", B.TimelineOf("web")[0].Cause, StringComparison.Ordinal);
    }

    [Fact]
    public void Merge_OlderRegistration_LosesAndSaysSo()
    {
        Register();
        _replicas.Converge();
        List<byte[]> old = Replicas.FactsOf(A);
        Register(port: 81);
        B.Deregister("n1", "web-1", "older than A's");
        _replicas.Run(0.1);
        Register(port: 82);
        var newer = new List<ulong>();
        Assert.Equal(1, Replicas.Tell(A, old, newer).Older);
        Assert.Single(newer);
        _replicas.Converge();
        Assert.Equal(82, Find(B)!.Data.Port);
    }

    [Fact]
    public void Merge_RegistrationAfterItsRemoval_StaysRemoved()
    {
        Register();
        List<byte[]> facts = Replicas.FactsOf(A);
        A.Deregister("n1", "web-1", "left");
        Replicas.Tell(B, Replicas.FactsOf(A));
        Replicas.Tell(B, facts);
        Replicas.Tell(A, facts);
        Assert.Null(Find(A));
        Assert.Null(Find(B));
        _replicas.Converge();
        Assert.Null(Find(A));
    }

    [Fact]
    public void Merge_StatusesOfTwoChecksFromTwoSides_KeepsBoth()
    {
        A.Register("n1", CatalogHarness.Define("web", "web-1"), [CatalogHarness.Ttl(10, id: "a"), CatalogHarness.Ttl(10, id: "b")], false, "test");
        _replicas.Converge();
        A.ReportCheck("n1", "a", HealthStatus.Warning, "from A", ReportKind.Ttl);
        B.ReportCheck("n1", "b", HealthStatus.Critical, "from B", ReportKind.Ttl);
        var newer = new List<ulong>();
        Replicas.Tell(B, Replicas.FactsOf(A), newer);
        Assert.Single(newer);
        Assert.Equal((HealthStatus.Warning, HealthStatus.Critical), (Find(B)!.FindCheck("a")!.Status, Find(B)!.FindCheck("b")!.Status));
        Assert.Contains("passing -> warning, from server \"n1\": from A", B.TimelineOf("web")[^1].Cause, StringComparison.Ordinal);
        _replicas.Converge();
    }

    [Fact]
    public void Merge_FromAClockFarAhead_IsRefused()
    {
        Register();
        var behind = new Catalog(B.Options, new ManualTime(), new Random(1), NoChangeLog.Instance, new InlineWakes());
        _replicas.Run(61);
        Register(port: 90);
        MergeSummary summary = Replicas.Tell(behind, [.. Replicas.FactsOf(A)]);
        Assert.Equal(1, summary.TooFarAhead);
        Assert.False(behind.Replica.ObserveClock(A.Replica.HighestClock));
        Assert.True(behind.Replica.ObserveClock(A.Replica.HighestClock - 2_000_000));
    }

    [Fact]
    public void Merge_Garbage_IsCountedAndStopsNothing()
    {
        Register();
        List<byte[]> facts = Replicas.FactsOf(A);
        List<byte[]> mixed = [[], [99, 1, 2, 3], .. facts.SelectMany(fact => (byte[][])[fact[..(fact.Length / 2)], fact])];
        MergeSummary summary = Replicas.Tell(B, mixed);
        Assert.Equal((facts.Count, facts.Count + 2), (summary.Applied + summary.Same + summary.Older, summary.Refused));
        _replicas.Converge();

        // a count that lies
        Assert.Equal(7, B.Replica.Merge([1, 1], 7, null).Refused);
    }

    [Fact]
    public void Merge_EveryBitAndEveryEndOfAFact_NeverThrows()
    {
        A.Register("n1", CatalogHarness.Define("web", "web-1", 80, 9, "t"), [CatalogHarness.Ttl(10), CatalogHarness.Http() with { Id = "h" }], false, "test");
        A.Deregister("n1", "gone", "test");
        A.RegisterNode(new NodeDefinition { Name = "far", Address = "10.0.0.1", Datacenter = "dc1" });
        foreach (byte[] fact in Replicas.FactsOf(A))
        {
            for (int i = 0; i < fact.Length; i++)
            {
                Replicas.Tell(B, [fact[..i]]);
                for (int bit = 0; bit < 8; bit++)
                {
                    byte[] flipped = [.. fact];
                    flipped[i] ^= (byte)(1 << bit);
                    Replicas.Tell(B, [flipped]);
                }
            }
        }

        _replicas.Run(20);
        new CatalogAuditor(B).Audit(["web"]);
    }

    [Theory]
    [InlineData(87_600)]
    [InlineData(2_562_047)]
    public void Merge_TheLongestTimesThatConsulsClientsCanWrite_AreNotRefused(int hours)
    {
        CheckDefinition check = CatalogHarness.Ttl(hours * 3600.0, hours * 3600.0);
        A.Register("n1", CatalogHarness.Define("web", "web-1"), [check], false, "test");
        A.Register("n1", CatalogHarness.Define("web", "web-2", 81, lease: hours * 3600.0), [check with { Kind = CheckKind.Http, Http = new HttpProbe("http://10.0.0.1/"), Interval = check.Ttl, Timeout = check.Ttl }], false, "test");
        _replicas.Converge();
        _replicas.Run(0.2);
        Assert.All(_replicas.Catalogs, catalog => Assert.Equal((HealthStatus.Passing, HealthStatus.Passing), (Find(catalog)!.Status, Find(catalog, "web-2")!.Status)));
        A.ReportCheck("n1", "service:web-1", HealthStatus.Critical, "", ReportKind.Ttl);
        _replicas.Converge();
        _replicas.Run(0.2);
        Assert.NotNull(Find(B));
    }

    [Fact]
    public void Merge_ManyThatChangeAndOneThatComes_IsNotTakenForFull()
    {
        var replicas = new Replicas(2, with: options => options with { MaxInstances = 20 });
        (Catalog a, Catalog b) = (replicas[0], replicas[1]);
        for (int i = 0; i < 12; i++)
        {
            a.Register("n1", CatalogHarness.Define("web", $"web-{i}", i + 1), [], false, "test");
        }

        replicas.Converge();
        for (int i = 0; i < 13; i++)
        {
            a.Register("n1", CatalogHarness.Define("web", $"web-{i}", i + 101), [], false, "test");
        }

        a.SetMaintenance("n1", null, true, "repair");
        List<byte[]> facts = Replicas.FactsOf(a);
        facts.Sort((left, right) => Contains(left, "web-12").CompareTo(Contains(right, "web-12")));
        Assert.Equal(0, Replicas.Tell(b, facts).Refused);
        Assert.NotNull(Find(b, "web-12"));
        for (int i = 13; i < 30; i++)
        {
            a.Register("n1", CatalogHarness.Define("web", $"web-{i}", i + 1), [], false, "test");
        }

        Assert.Equal(20, a.Statistics.Instances);
        b.Register("n2", CatalogHarness.Define("db", "db-1", 5432), [], false, "test");
        Replicas.Tell(b, Replicas.FactsOf(a));
        Assert.Equal(20, b.Statistics.Instances);

        static bool Contains(byte[] fact, string text) => System.Text.Encoding.UTF8.GetString(fact).Contains(text, StringComparison.Ordinal);
    }

    [Fact]
    public void Merge_FieldsOfANewerServer_AreIgnored()
    {
        Register();
        A.Deregister("n1", "web-1", "test");
        Register("web-2");
        Assert.Equal(0, Replicas.Tell(B, [.. Replicas.FactsOf(A).Select(fact => (byte[])[.. fact, 1, 2, 3])]).Refused);
        _replicas.Converge();
    }

    [Fact]
    public void Tombstones_AfterTheirAge_GoAtTheSameMomentEverywhere()
    {
        Register();
        _replicas.Converge();
        A.Deregister("n1", "web-1", "left");
        List<byte[]> tombstone = [Replicas.FactsOf(A).Single(fact => fact[0] == (byte)FactKind.InstanceTombstone)];
        _replicas.Converge();
        int with = A.Replica.EntryCount;
        _replicas.Time.Advance(TimeSpan.FromMinutes(59));
        _replicas.Run(0.1);
        Assert.Equal((with, with), (A.Replica.EntryCount, B.Replica.EntryCount));
        _replicas.Time.Advance(TimeSpan.FromMinutes(3));
        _replicas.Run(0.1);
        Assert.Equal((with - 1, with - 1), (A.Replica.EntryCount, B.Replica.EntryCount));
        _replicas.AssertEqual();
        Assert.Equal(1, Replicas.Tell(B, tombstone).Same);
        Assert.Equal(with - 1, B.Replica.EntryCount);
    }

    [Fact]
    public void Merge_WhatWasRemovedLongAgo_StaysRemovedWhileRemovalsAreKept()
    {
        A.RegisterNode(new NodeDefinition { Name = "far", Address = "10.0.0.9", Datacenter = "dc1" });
        Register();
        Register("web-2", 81);
        _replicas.Converge();
        A.Deregister("n1", "web-1", "left");
        A.DeregisterNode("far", "gone");
        _replicas.Time.Advance(TimeSpan.FromHours(71));
        _replicas.Run(0.1);
        int entries = A.Replica.EntryCount;
        List<byte[]> stale = Replicas.FactsOf(B);

        // A restarts; B, which was away, brings back what it holds and is told better
        var restored = new Catalog(A.Options, _replicas.Time, new Random(1), NoChangeLog.Instance, new InlineWakes());
        A.Export(() => { }).WriteTo(record => Assert.True(restored.LoadRecord(record)));
        restored.FinishLoading();
        Assert.Equal(A.Replica.RootDigest, restored.Replica.RootDigest);
        foreach (Catalog here in (Catalog[])[A, restored])
        {
            var newer = new List<ulong>();
            Assert.Equal((0, 2), (Replicas.Tell(here, stale, newer).Applied, newer.Count));
            Assert.Equal(2, Replicas.Tell(B, [.. newer.Select(key => Replicas.FactOf(here, key))]).Applied + (here == A ? 0 : 2));
            Assert.Equal((entries, A.Replica.RootDigest), (here.Replica.EntryCount, B.Replica.RootDigest));
        }

        Assert.Equal((null, null), (Find(B), B.FindNode("far")));
        A.Replica.KeepRemovals(false);
        B.Replica.KeepRemovals(false);
        _replicas.Run(0.1);
        Assert.Equal((0, 0), (A.Statistics.Tombstones, B.Statistics.Tombstones));
        _replicas.AssertEqual();
    }

    [Fact]
    public void Discard_OfKeysThatPeersDoNotKnow_LeavesOwnAndNoTombstones()
    {
        Register();
        B.Register("n2", CatalogHarness.Define("web", "own", 81), [], false, "test");
        _replicas.Converge();
        int tombstones = B.Statistics.Tombstones;
        ulong[] keys = [.. Replicas.StampsOf(B).Select(stamp => stamp.Key)];
        int dropped = B.Replica.Discard(keys, "unknown to the others");
        Assert.Equal(3, dropped); // the other's node, its own entry and web-1
        Assert.Null(Find(B));
        Assert.NotNull(Find(B, "own", "n2"));
        Assert.Null(B.FindNode("n1"));
        B.Tick();
        Assert.Equal(tombstones, B.Statistics.Tombstones);
        var restored = new Catalog(B.Options, _replicas.Time, new Random(1), NoChangeLog.Instance, new InlineWakes());
        Assert.All(_replicas.Logs[1].Records, record => Assert.True(restored.LoadRecord(record)));
        restored.FinishLoading();
        Assert.Equal(Replicas.Describe(B), Replicas.Describe(restored));
        _replicas.Converge();
        Assert.NotNull(Find(B));
    }

    [Fact]
    public void Merge_RemovalThatIsForgottenAtOnce_LeavesNoTraceOfWhatWasRemoved()
    {
        var replicas = new Replicas(2, with: options => options with { MaxTombstones = 2 });
        (Catalog a, Catalog b) = (replicas[0], replicas[1]);
        a.Register("n1", CatalogHarness.Define("web", "web-1"), [], false, "test");
        replicas.Converge();
        int entries = b.Replica.EntryCount;
        a.Deregister("n1", "web-1", "left");
        List<byte[]> removal = [Replicas.FactsOf(a).Single(fact => fact[0] == (byte)FactKind.InstanceTombstone)];
        for (int i = 0; i < 3; i++)
        {
            replicas.Run(0.1);
            b.Register("n2", CatalogHarness.Define("web", $"x-{i}", i + 100), [], false, "test");
            b.Deregister("n2", $"x-{i}", "left");
        }

        Assert.Equal(1, Replicas.Tell(b, removal).Applied);
        Assert.Null(Find(b));
        Assert.Equal(entries - 1 + 2, b.Replica.EntryCount);
        Assert.Equal(b.Replica.EntryCount, Replicas.FactsOf(b).Count(fact => fact[0] is not (byte)FactKind.InstanceTombstone) + 2);
    }

    [Fact]
    public void Merge_TwiceAsManyNodes_CostsTwiceAsMuch()
    {
        long some = CostOfMerging(1000), twice = CostOfMerging(2000);
        Assert.InRange(twice, some, some * 3);
    }

    [Fact]
    public void Load_WithTheClockSetBack_StampsLaterThanEveryStatusThatWasKept()
    {
        Register();
        _replicas.Run(0.5);
        A.ReportCheck("n1", "service:web-1", HealthStatus.Critical, "", ReportKind.Ttl);
        EntryVersion kept = Find(A)!.Checks[0].StatusVersion;
        var restored = new Catalog(A.Options, new ManualTime(), new Random(1), NoChangeLog.Instance, new InlineWakes());
        A.Export(() => { }).WriteTo(record => Assert.True(restored.LoadRecord(record)));
        restored.FinishLoading();
        restored.ReportCheck("n1", "service:web-1", HealthStatus.Passing, "", ReportKind.Ttl);
        Assert.True(Find(restored)!.Checks[0].StatusVersion > kept);
    }

    private static long CostOfMerging(int nodes)
    {
        var replicas = new Replicas(2);
        for (int i = 0; i < nodes; i++)
        {
            replicas[0].RegisterNode(new NodeDefinition { Name = $"far-{i}", Address = "10.0.0.1", Datacenter = "dc1" });
        }

        List<byte[]> facts = Replicas.FactsOf(replicas[0]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Replicas.Tell(replicas[1], facts);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private sealed class SnapshotObserver(Catalog catalog) : ICatalogObserver
    {
        public List<int> Lengths { get; } = [];

        public void OnChange(in CatalogChange change)
        {
            if (change.After?.Data.Service == "web")
            {
                Lengths.Add(catalog.FindService("web")!.Instances.Length);
            }
        }
    }
}
