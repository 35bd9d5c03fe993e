namespace Muster.Catalog.Tests;

/// <summary>What strangers ask for and never register leaves nothing behind. Alone, because it weighs the whole process.</summary>
[Collection(nameof(BoundednessTests))]
[CollectionDefinition(nameof(BoundednessTests), DisableParallelization = true)]
public class BoundednessTests
{
    private const long Mebibyte = 1024 * 1024;

    [Fact]
    public void Reads_AMillionNamesThatDoNotExist_KeepNoMemory()
    {
        var harness = new CatalogHarness();
        harness.Register("web", "web-1");
        Read(harness, 1000);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        Read(harness, 1_000_000); // a new name each time
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, -Mebibyte, Mebibyte);
    }

    [Fact]
    public void Watches_OfManyNamesThatDoNotExist_AreBoundedAndTheRestForgotten()
    {
        const int Most = 1000;
        var harness = new CatalogHarness(1, options => options with { MaxVacantServices = Most });
        Watch(harness, 0, 10 * Most);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        Watch(harness, 10 * Most, 200_000);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, -Mebibyte, Mebibyte);
    }

    [Fact]
    public void Register_OverTheLimitOrTheSameForEver_IsRefusedOrKeepsNoMemory()
    {
        var harness = new CatalogHarness(1, options => options with { MaxInstances = 1001, MaxVacantServices = 100, MaxTombstones = 100, MaxRemovals = 100 });
        for (int i = 0; i < 3000; i++)
        {
            CommandResult result = harness.Register($"s{i}", $"i{i}");
            Assert.Equal(i < 1000 ? CatalogError.None : CatalogError.LimitReached, result.Error);
        }

        ComeAndGo(harness, 5_000);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        ComeAndGo(harness, 20_000);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, -Mebibyte, Mebibyte);
    }

    private static void Read(CatalogHarness harness, int names)
    {
        Span<char> name = stackalloc char[16];
        for (int i = 0; i < names; i++)
        {
            $"absent-{i}".CopyTo(name);
            Assert.Null(harness.Catalog.ViewService(name).Snapshot);
            Assert.Empty(harness.Catalog.TimelineOf(name));
        }
    }

    private static void Watch(CatalogHarness harness, int first, int names)
    {
        for (int i = first; i < first + names; i++)
        {
            string name = $"absent-{i}";
            var watcher = new CountingWatcher();
            WatchPoint point = harness.Catalog.ServicePoint(name);
            Assert.True(point.TryAdd(watcher, harness.Catalog.ViewService(name).Index));
            Assert.True(point.Remove(watcher));
        }
    }

    private static void ComeAndGo(CatalogHarness harness, int times)
    {
        harness.Catalog.Deregister(CatalogHarness.Node, "i0", "test");
        for (int i = 0; i < times; i++)
        {
            Assert.True(harness.Register($"passing-by-{i}", $"p{i}").Ok);
            Assert.True(harness.Catalog.Deregister(CatalogHarness.Node, $"p{i}", "test").Ok);
            harness.Log.Records.Clear();
        }
    }
}
