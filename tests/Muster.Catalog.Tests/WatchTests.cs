namespace Muster.Catalog.Tests;

public class WatchTests
{
    [Fact]
    public void Watch_OneService_WakesForThatServiceOnly()
    {
        var harness = new CatalogHarness();
        harness.Register("web", "web-1");
        var watcher = new CountingWatcher();
        Assert.True(harness.Catalog.ServicePoint("web").TryAdd(watcher, harness.Index("web")));
        for (int i = 0; i < 100; i++)
        {
            harness.Register("api", $"api-{i}");
        }

        Assert.Equal(0, watcher.Wakes);
        harness.Register("web", "web-2");
        Assert.Equal(1, watcher.Wakes);
        harness.Register("web", "web-3");
        Assert.Equal(1, watcher.Wakes);
    }

    [Fact]
    public void Watch_AbsentService_WakesWhenItAppears()
    {
        var harness = new CatalogHarness();
        ServiceView view = harness.Catalog.ViewService("web");
        var watcher = new CountingWatcher();
        Assert.True(harness.Catalog.ServicePoint("web").TryAdd(watcher, view.Index));
        harness.Register("web", "web-1");
        Assert.Equal(1, watcher.Wakes);
        Assert.True(harness.Index("web") > view.Index);
    }

    [Fact]
    public void ViewService_WhileItComesAndGoes_OneIndexNeverStandsForTwoAnswers()
    {
        var harness = new CatalogHarness();
        bool done = false;
        var writer = new Thread(() =>
        {
            for (int i = 0; i < 50_000; i++)
            {
                harness.Register("web", "web-1");
                harness.Catalog.Deregister(CatalogHarness.Node, "web-1", "test");
            }

            Volatile.Write(ref done, true);
        });
        writer.Start();
        ServiceView last = harness.Catalog.ViewService("web");
        int mixed = 0;
        while (!Volatile.Read(ref done))
        {
            ServiceView view = harness.Catalog.ViewService("web");
            mixed += view.Index == last.Index && view.Snapshot is null != last.Snapshot is null ? 1 : 0;
            last = view;
        }

        writer.Join();
        Assert.Equal(0, mixed);
    }

    [Fact]
    public void TryAdd_SomethingNewerAlready_IsRefused()
    {
        var harness = new CatalogHarness();
        harness.Register("web", "web-1");
        Assert.False(harness.Catalog.ServicePoint("web").TryAdd(new CountingWatcher(), harness.Index("web") - 1));
    }

    [Fact]
    public void Remove_AnyOfMany_OthersStayAndAreWoken()
    {
        var harness = new CatalogHarness();
        WatchPoint point = harness.Catalog.ServicePoint("web");
        CountingWatcher[] watchers = [.. Enumerable.Range(0, 10).Select(_ => new CountingWatcher())];
        Assert.All(watchers, watcher => Assert.True(point.TryAdd(watcher, long.MaxValue)));
        Assert.True(point.Remove(watchers[0]) && point.Remove(watchers[5]) && point.Remove(watchers[9]));
        Assert.False(point.Remove(watchers[5]));
        Assert.Equal(7, point.Count);
        harness.Register("web", "web-1");
        Assert.Equal(7, watchers.Sum(watcher => watcher.Wakes));
        Assert.Equal(0, point.Count);
    }

    [Fact]
    public void ServicesPoint_MovesWithNamesAndTagsOnly()
    {
        var harness = new CatalogHarness();
        long Moved(Action change)
        {
            long before = harness.Catalog.ServicesPoint.Index;
            change();
            return harness.Catalog.ServicesPoint.Index - before;
        }

        Assert.True(Moved(() => harness.Register(CatalogHarness.Define("web", "1", 80, 0, "a"), CatalogHarness.Http())) > 0);
        Assert.Equal(0, Moved(() => harness.Register(CatalogHarness.Define("web", "2", 80, 0, "a"))));
        Assert.Equal(0, Moved(() => harness.Register(CatalogHarness.Define("web", "2", 81, 0, "a"))));
        Assert.Equal(0, Moved(() => harness.Catalog.ReportCheck(CatalogHarness.Node, "service:1", Muster.Model.HealthStatus.Passing, "", ReportKind.Probe)));
        Assert.True(Moved(() => harness.Register(CatalogHarness.Define("web", "2", 81, 0, "b"))) > 0);
        Assert.True(Moved(() => harness.Register(CatalogHarness.Define("web", "3", 81, 0, "c"))) > 0);
        Assert.True(Moved(() => harness.Catalog.Deregister(CatalogHarness.Node, "3", "t")) > 0);
    }

    [Fact]
    public void VacantServices_OverTheBound_AreForgottenUnlessWatched()
    {
        var harness = new CatalogHarness(1, options => options with { MaxVacantServices = 10 });
        var watcher = new CountingWatcher();
        Assert.True(harness.Catalog.ServicePoint("watched").TryAdd(watcher, long.MaxValue));
        WatchPoint forgotten = harness.Catalog.ServicePoint("forgotten");
        for (int i = 0; i < 100; i++)
        {
            harness.Catalog.ServicePoint($"noise-{i}");
        }

        Assert.False(forgotten.TryAdd(new CountingWatcher(), long.MaxValue));
        harness.Register("watched", "1");
        Assert.Equal(1, watcher.Wakes);
    }
}
