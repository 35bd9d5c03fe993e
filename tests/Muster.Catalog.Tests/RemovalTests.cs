using Muster.Model;

namespace Muster.Catalog.Tests;

public class RemovalTests
{
    [Fact]
    public void Removals_SayWhoLeftAndWhy_NewestFirst()
    {
        var harness = new CatalogHarness();
        harness.Register("web", "a");
        harness.Register(CatalogHarness.Define("web", "b", lease: 1));
        harness.Register("web", "c");
        harness.Catalog.Deregister(CatalogHarness.Node, "a", "by hand");
        harness.Run(2);
        harness.Register("api", "c");

        Assert.Equal(
            [("c", RemovalKind.Replaced), ("b", RemovalKind.Expired), ("a", RemovalKind.Deregistered)],
            Walk(harness, "web").Select(removal => (removal.Id, removal.Kind)));
        Assert.Equal("by hand", Walk(harness, "web")[^1].Cause);
        Assert.Equal(harness.Index("web"), Walk(harness, "web")[0].Index);
    }

    [Fact]
    public void Removals_BeyondTheBound_AreForgottenFromTheOldestOfAllServices()
    {
        var harness = new CatalogHarness(with: options => options with { MaxRemovals = 3 });
        foreach (string service in (string[])["x", "y"])
        {
            foreach (int number in (int[])[1, 2])
            {
                harness.Register(service, service + number);
                harness.Catalog.Deregister(CatalogHarness.Node, service + number, "test");
            }
        }

        Assert.Equal(["x2"], Walk(harness, "x").Select(removal => removal.Id));
        Assert.Equal(["y2", "y1"], Walk(harness, "y").Select(removal => removal.Id));
        Assert.True(harness.Catalog.RemovalsOf("x")!.CompleteSince < Walk(harness, "x")[0].Index);
    }

    [Fact]
    public void Removals_OlderThanTombstones_AreForgotten()
    {
        var harness = new CatalogHarness(with: options => options with { TombstoneAge = TimeSpan.FromMinutes(10) });
        harness.Register("web", "a");
        harness.Catalog.Deregister(CatalogHarness.Node, "a", "test");
        long gone = harness.Index("web");
        harness.Run(650);

        Assert.Null(harness.Catalog.RemovalsOf("web")!.Newest);
        Assert.Equal(gone, harness.Catalog.RemovalsOf("web")!.CompleteSince);
    }

    [Fact]
    public void Export_RemovalsWithTheLongestTexts_FitIntoAJournalRecord()
    {
        // what the Consul API takes: 1024 characters of up to three bytes each
        const int LongestRecord = 2 * 1024 * 1024;
        string Long(string start) => start + new string('\u4e00', 1024 - start.Length);
        string node = Long("node");
        var harness = new CatalogHarness();
        harness.Catalog.RegisterNode(new NodeDefinition { Name = node, Address = "10.0.0.2", Datacenter = "dc1" });
        for (int i = 0; i < 200; i++)
        {
            harness.Catalog.Register(node, CatalogHarness.Define("web", Long($"{i}-")), [], false, "test");
            harness.Catalog.Deregister(node, Long($"{i}-"), $"its instance \"{Long("x")}\" went: removed: check \"{Long("y")}\" critical for 1 s, deregister after 1 s");
        }

        var lengths = new List<int>();
        harness.Catalog.Export(() => { }).WriteTo(record => lengths.Add(record.Length));

        Assert.InRange(lengths.Max(), 64 * 1024, LongestRecord);
    }

    private static List<Removal> Walk(CatalogHarness harness, string service)
    {
        var all = new List<Removal>();
        for (Removal? removal = harness.Catalog.RemovalsOf(service)?.Newest; removal is not null; removal = removal.Older)
        {
            all.Add(removal);
        }

        return all;
    }
}
