using System.Text;
using Muster.Model;

namespace Muster.Catalog.Tests;

public class LoadingTests
{
    private static Catalog Restore(IEnumerable<byte[]> records, ManualTime time)
    {
        var options = new CatalogOptions { NodeName = CatalogHarness.Node, NodeId = "11111111-1111-1111-1111-111111111111" };
        var catalog = new Catalog(options, time, new Random(1), NoChangeLog.Instance, new InlineWakes());
        foreach (byte[] record in records)
        {
            Assert.True(catalog.LoadRecord(record));
        }

        catalog.FinishLoading();
        catalog.AnnounceSelf("1.0", 8300);
        return catalog;
    }

    // without outputs: one that changes alone is not journaled
    private static string Describe(Catalog catalog) => string.Join('\n', catalog.Services.SelectMany(service => service.Instances.ToArray().Select(i =>
        $"{i.Node.Name}/{service.Name}/{i.Data.IdText} {i.Data.Port} {i.Status} {i.Version} {i.CreateIndex} {i.ModifyIndex} "
        + string.Join(';', Enumerable.Range(0, i.Checks.Count).Select(n => $"{i.CheckIdOf(i.Checks[n])}={i.Checks[n].Status}:{i.Checks[n].ModifyIndex}:{i.Checks[n].Definition.Ttl}")))));

    private static void RandomCommands(CatalogHarness harness, Random random, int count)
    {
        for (int step = 0; step < count; step++)
        {
            string id = $"i{random.Next(20)}", node = random.Next(2) == 0 ? CatalogHarness.Node : "other";
            switch (random.Next(8))
            {
                case 0 or 1:
                    harness.Catalog.RegisterNode(new NodeDefinition { Name = "other", Address = $"10.0.0.{random.Next(9)}", Datacenter = "dc1" });
                    break;
                case 2 or 3:
                    harness.Catalog.Register(node, CatalogHarness.Define($"s{random.Next(5)}", id, random.Next(3)), [CatalogHarness.Ttl(5, 10, random.Next(3) == 0 ? $"c{id}" : null)], random.Next(2) == 0, "test");
                    break;
                case 4:
                    harness.Catalog.Deregister(node, id, "test");
                    break;
                case 5:
                    harness.Catalog.ReportCheck(node, $"service:{id}", (HealthStatus)random.Next(3), "", ReportKind.Ttl);
                    break;
                case 6:
                    harness.Catalog.SetMaintenance(node, random.Next(3) == 0 ? null : id, random.Next(2) == 0, "why");
                    break;
                default:
                    harness.Run(random.NextDouble() * 3);
                    break;
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void LoadRecord_JournalOfRandomCommands_GivesTheSameCatalog(int seed)
    {
        var harness = new CatalogHarness(seed);
        CatalogExport start = harness.Catalog.Export(() => { });
        var initial = new List<byte[]>();
        start.WriteTo(record => initial.Add(record.ToArray()));
        RandomCommands(harness, new Random(seed), 400);
        Catalog restored = Restore([.. initial, .. harness.Log.Records], harness.Time);
        Assert.Equal(Describe(harness.Catalog), Describe(restored));
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public void LoadRecord_SnapshotAndOverlappingJournal_GivesTheSameCatalog(int seed)
    {
        var harness = new CatalogHarness(seed);
        var random = new Random(seed);
        RandomCommands(harness, random, 200);
        int overlapFrom = harness.Log.Records.Count;
        RandomCommands(harness, random, 20);
        var snapshot = new List<byte[]>();
        harness.Catalog.Export(() => { }).WriteTo(record => snapshot.Add(record.ToArray()));
        RandomCommands(harness, random, 200);
        Catalog restored = Restore([.. snapshot, .. harness.Log.Records.Skip(overlapFrom)], harness.Time);
        Assert.Equal(Describe(harness.Catalog), Describe(restored));
    }

    [Fact]
    public void FinishLoading_IndexStartsAboveEverythingIssued_AndLeasesStartAfresh()
    {
        var harness = new CatalogHarness();
        var initial = new List<byte[]>();
        harness.Catalog.Export(() => { }).WriteTo(record => initial.Add(record.ToArray()));
        harness.Register("web", "web-1", CatalogHarness.Ttl(3));
        harness.Run(2.9);
        var time = new ManualTime();
        Catalog restored = Restore([.. initial, .. harness.Log.Records], time);
        Assert.True(restored.ServiceIndex("web") > harness.Index("web"));
        time.Advance(TimeSpan.FromMilliseconds(900));
        restored.Tick();
        Assert.Equal(HealthStatus.Passing, restored.FindService("web")!.Instances[0].Status);
        for (int i = 0; i < 60; i++)
        {
            time.Advance(TimeSpan.FromMilliseconds(50));
            restored.Tick();
        }

        Assert.Equal(HealthStatus.Critical, restored.FindService("web")!.Instances[0].Status);
    }

    [Fact]
    public void LoadRecord_TombstoneNewerThanARegistration_TheRegistrationLoses()
    {
        var harness = new CatalogHarness();
        var initial = new List<byte[]>();
        harness.Catalog.Export(() => { }).WriteTo(record => initial.Add(record.ToArray()));
        harness.Register("web", "web-1");
        harness.Catalog.Deregister(CatalogHarness.Node, "web-1", "test");
        byte[][] records = [.. harness.Log.Records];
        Catalog restored = Restore([.. initial, records[1], records[0]], new ManualTime());
        Assert.Null(restored.FindService("web"));
    }

    [Fact]
    public void LoadRecord_DamagedRecords_AreRefusedNeverThrow()
    {
        var harness = new CatalogHarness();
        harness.Register("web", "web-1", CatalogHarness.Ttl(3), CatalogHarness.Ttl(9, id: "x"));
        harness.Catalog.ReportCheck(CatalogHarness.Node, "x", HealthStatus.Warning, "w", ReportKind.Ttl);
        harness.Catalog.Deregister(CatalogHarness.Node, "web-1", "test");
        var random = new Random(5);
        foreach (byte[] record in harness.Log.Records)
        {
            for (int i = 0; i < 2000; i++)
            {
                var catalog = new Catalog(harness.Catalog.Options, harness.Time, random, NoChangeLog.Instance, new InlineWakes());
                byte[] damaged = record[..random.Next(record.Length + 1)];
                if (damaged.Length > 0)
                {
                    damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
                }

                catalog.LoadRecord(damaged);
                catalog.FinishLoading();
            }
        }
    }

    [Fact]
    public void FinishLoading_ClockSetBack_NoIndexGoesBack()
    {
        var harness = new CatalogHarness();
        var initial = new List<byte[]>();
        harness.Catalog.Export(() => { }).WriteTo(record => initial.Add(record.ToArray()));
        harness.Register("gone", "gone-1");
        harness.Catalog.Deregister(CatalogHarness.Node, "gone-1", "test");
        long node = harness.Catalog.NodePoint(harness.Catalog.LocalNode).Index, gone = harness.Index("gone");
        var time = new ManualTime();
        time.SetWallClock(harness.Time.GetUtcNow().AddHours(-1));
        Catalog restored = Restore([.. initial, .. harness.Log.Records], time);
        Assert.True(restored.ServiceIndex("gone") > gone);
        Assert.True(restored.NodePoint(restored.LocalNode).Index > node);
    }

    [Fact]
    public void AnnounceSelf_EveryStart_LeavesARecordOfItsIndex()
    {
        var harness = new CatalogHarness();
        var records = new List<byte[]>();
        harness.Catalog.Export(() => { }).WriteTo(record => records.Add(record.ToArray()));
        var log = new RecordingLog();
        var first = new Catalog(harness.Catalog.Options, harness.Time, new Random(1), log, new InlineWakes());
        records.ForEach(record => Assert.True(first.LoadRecord(record)));
        first.FinishLoading();
        first.AnnounceSelf("1.0", 8300);
        long issued = first.ServicesPoint.Index;

        Catalog second = Restore([.. records, .. log.Records], harness.Time);
        Assert.True(second.ServicesPoint.Index > issued);
    }

    [Fact]
    public void LoadRecord_OldRegistrationOnANodeThatCameBackInOtherLetters_StaysDeregistered()
    {
        var harness = new CatalogHarness();
        NodeDefinition node = new() { Name = "other", Address = "10.0.0.1", Datacenter = "dc1" };
        harness.Catalog.RegisterNode(node);
        harness.Catalog.Register("other", CatalogHarness.Define("web", "web-1"), [], false, "test");
        byte[] late = harness.Log.Records[^1];
        harness.Catalog.DeregisterNode("other", "test");
        harness.Catalog.RegisterNode(node with { Name = "OTHER" });
        harness.Catalog.Register("other", CatalogHarness.Define("web", "web-1"), [], false, "test");
        var snapshot = new List<byte[]>();
        harness.Catalog.Export(() => { }).WriteTo(record => snapshot.Add(record.ToArray()));
        harness.Log.Records.Clear();
        harness.Catalog.Deregister("other", "web-1", "test");

        Catalog restored = Restore([.. snapshot, .. harness.Log.Records, late], harness.Time);
        Assert.Null(restored.FindService("web"));
    }

    [Fact]
    public void FinishLoading_AfterALifeOfWhichNothingReachedTheDisk_BeginsAboveItsIndexes()
    {
        var harness = new CatalogHarness();
        var records = new List<byte[]>();
        harness.Catalog.Export(() => { }).WriteTo(record => records.Add(record.ToArray()));
        harness.Time.Advance(TimeSpan.FromSeconds(1));
        long unlogged = Restore(records, harness.Time).ServicesPoint.Index;
        harness.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(Restore(records, harness.Time).ServicesPoint.Index > unlogged);
    }

    [Fact]
    public void WriteTo_EqualStates_AreEqualBytes()
    {
        string Exported(params string[] nodes)
        {
            var harness = new CatalogHarness();
            foreach (string name in nodes)
            {
                harness.Catalog.RegisterNode(new NodeDefinition { Name = name, Address = "10.0.0.1", Datacenter = "dc1" });
            }

            var names = new List<string>();
            harness.Catalog.Export(() => { }).WriteTo(record => names.Add(Encoding.Latin1.GetString(record)[10..]));
            return string.Concat(names.Select(record => nodes.FirstOrDefault(name => record.Contains(name, StringComparison.Ordinal))));
        }

        Assert.Equal("n-an-bn-c", Exported("n-c", "n-a", "n-b"));
    }
}
