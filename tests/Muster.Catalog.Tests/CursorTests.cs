namespace Muster.Catalog.Tests;

/// <summary>What a restarted server still knows of the indexes that clients have kept.</summary>
public class CursorTests
{
    [Fact]
    public void KnowsSince_AfterARestart_WhatTheJournalKept()
    {
        var harness = new CatalogHarness();
        List<byte[]> journal = Export(harness.Catalog);
        harness.Register("web", "a");
        long early = harness.Index("web");
        harness.Register("web", "b");
        harness.Catalog.Deregister(CatalogHarness.Node, "a", "by hand");
        harness.Register("api", "c");

        Catalog restarted = Restart(harness, [.. journal, .. harness.Log.Records]);
        Assert.Equal(harness.Catalog.Lineage, restarted.Lineage);
        Assert.True(restarted.KnowsSince("web", early));
        Removal removal = restarted.RemovalsOf("web")!.Newest!;
        Assert.Equal(("a", RemovalKind.Deregistered, "by hand"), (removal.Id, removal.Kind, removal.Cause));
        Assert.True(removal.Index > early && restarted.FindService("web")!.Instances[0].ChangeIndex > early);
        Assert.True(restarted.FindService("web")!.Index > harness.Index("api"));
    }

    [Fact]
    public void KnowsSince_OfAChangeThatWasLost_IsFalseForEver()
    {
        var harness = new CatalogHarness();
        List<byte[]> journal = Export(harness.Catalog);
        harness.Register("web", "a");
        long kept = harness.Index("web");
        journal.AddRange(harness.Log.Records);
        harness.Register("web", "b");
        long lost = harness.Index("web");

        for (int restart = 0; restart < 3; restart++)
        {
            var log = new RecordingLog();
            Catalog restarted = Restart(harness, journal, log);
            Assert.True(restarted.KnowsSince("web", kept));
            Assert.False(restarted.KnowsSince("web", lost));
            restarted.AnnounceSelf("1.0", 8300);
            restarted.Register(CatalogHarness.Node, CatalogHarness.Define("api", $"c{restart}"), [], false, "test");
            Assert.True(restarted.KnowsSince("web", restarted.ServiceIndex("web")));
            journal = restart == 1 ? Export(restarted) : [.. journal, .. log.Records];
            harness.Run(1);
        }
    }

    [Fact]
    public void Lineage_OfAWipedServer_IsAnother()
    {
        var harness = new CatalogHarness();
        var wiped = new Catalog(harness.Catalog.Options, harness.Time, new Random(2), NoChangeLog.Instance, new InlineWakes());
        Assert.NotEqual(harness.Catalog.Lineage, wiped.Lineage);
        harness.Run(1);
        Assert.NotEqual(harness.Catalog.Lineage, new Catalog(harness.Catalog.Options, harness.Time, new Random(1), NoChangeLog.Instance, new InlineWakes()).Lineage);
    }

    [Fact]
    public void KnowsSince_WhenANodeMayHaveLeftOnlyInPart_IsFalseForItsIndex()
    {
        var harness = new CatalogHarness();
        harness.Catalog.RegisterNode(new Model.NodeDefinition { Name = "n2", Address = "10.0.0.2", Datacenter = "dc1" });
        harness.Catalog.Register("n2", CatalogHarness.Define("web", "a"), [], false, "test");
        harness.Catalog.Register("n2", CatalogHarness.Define("web", "b"), [], false, "test");
        long before = harness.Index("web");
        List<byte[]> journal = Export(harness.Catalog);
        harness.Log.Records.Clear();
        harness.Catalog.DeregisterNode("n2", "test");
        long gone = harness.Index("web");

        Assert.True(Restart(harness, [.. journal, .. harness.Log.Records]).KnowsSince("web", gone));
        Catalog inPart = Restart(harness, [.. journal, harness.Log.Records[0]]);
        Assert.False(inPart.KnowsSince("web", gone));
        Assert.True(inPart.KnowsSince("web", before));
    }

    private static Catalog Restart(CatalogHarness harness, IEnumerable<byte[]> journal, IChangeLog? log = null)
    {
        var catalog = new Catalog(harness.Catalog.Options, harness.Time, new Random(3), log ?? NoChangeLog.Instance, new InlineWakes());
        Assert.All(journal, record => Assert.True(catalog.LoadRecord(record)));
        catalog.FinishLoading();
        return catalog;
    }

    private static List<byte[]> Export(Catalog catalog)
    {
        var records = new List<byte[]>();
        catalog.Export(() => { }).WriteTo(record => records.Add(record.ToArray()));
        return records;
    }
}
