using Muster.Model;

namespace Muster.Catalog.Tests;

public class VacantServiceTests
{
    private readonly CatalogHarness _harness = new(with: options => options with { MaxVacantServices = 2 });

    private void Watch(string service) =>
        Assert.True(_harness.Catalog.ServicePoint(service).TryAdd(new CountingWatcher(), long.MaxValue));

    private void Forget(string service)
    {
        _harness.Register(service, service + "-1");
        _harness.Catalog.Deregister(CatalogHarness.Node, service + "-1", "test");
    }

    [Fact]
    public void ServicePoint_ManyWatchedVacantNames_OneMoreIsNotASearchThroughAll()
    {
        // Looking at all of them for each one more would be five billion looks, with the lock held.
        for (int i = 0; i < 100_000; i++)
        {
            Watch($"name-{i}");
        }
    }

    [Fact]
    public void ServicePoint_ManyVacantNamesAreNoLongerWatched_TheyAreForgottenByAndBy()
    {
        var watchers = new List<(WatchPoint Point, CountingWatcher Watcher)>();
        for (int i = 0; i < 100; i++)
        {
            WatchPoint point = _harness.Catalog.ServicePoint($"name-{i}");
            watchers.Add((point, new CountingWatcher()));
            Assert.True(point.TryAdd(watchers[^1].Watcher, long.MaxValue));
        }

        Assert.All(watchers, each => Assert.True(each.Point.Remove(each.Watcher)));
        for (int i = 0; i < 100; i++)
        {
            Forget($"other-{i}");
        }

        Assert.All(watchers, each => Assert.False(each.Point.TryAdd(each.Watcher, long.MaxValue)));
    }

    [Fact]
    public void ServicePoint_AllOtherVacantNamesAreWatched_CanBeWatchedToo()
    {
        Watch("a");
        Watch("b");
        Watch("c");
    }

    [Fact]
    public void Register_AllOtherVacantNamesAreWatched_TheInstanceIsFound()
    {
        Watch("a");
        Watch("b");
        _harness.Register("web", "web-1");
        Assert.NotNull(_harness.Catalog.FindService("web"));
        Assert.True(_harness.Catalog.Deregister(CatalogHarness.Node, "web-1", "test").Ok);
    }

    [Fact]
    public void Register_MoveToTheOldestVacantName_TheInstanceIsFoundThere()
    {
        _harness.Register("old", "x");
        Forget("a");
        Forget("b");
        _harness.Register("a", "x");
        Assert.Equal(1, _harness.Catalog.FindService("a")?.Instances.Length);
        Assert.Null(_harness.Catalog.FindService("old"));
        Assert.True(_harness.Catalog.Deregister(CatalogHarness.Node, "x", "test").Ok);
    }

    [Fact]
    public void Register_ANameFirstSeenByAReader_IsShownAsRegistered()
    {
        Watch("WEB");
        _harness.Register("Web", "web-1");
        _harness.Register("web", "web-2");
        ServiceSnapshot web = _harness.Catalog.FindService("web")!;
        Assert.Equal("Web", web.Name);
        Assert.All(web.Instances.ToArray(), instance => Assert.Equal("Web", instance.Data.Service));
    }

    [Fact]
    public void LoadRecord_MoreServicesThanVacantNamesAreKept_AllAreThereUnderTheirNames()
    {
        var records = new List<byte[]>();
        _harness.Catalog.Export(() => { }).WriteTo(record => records.Add(record.ToArray()));
        Forget("Web");
        for (int i = 0; i < 20; i++)
        {
            _harness.Register($"s{i % 10}", $"i{i}");
        }

        _harness.Register("WEB", "web-1");
        var restored = new Catalog(_harness.Catalog.Options, _harness.Time, new Random(1), NoChangeLog.Instance, new InlineWakes());
        foreach (byte[] record in (byte[][])[.. records, .. _harness.Log.Records])
        {
            Assert.True(restored.LoadRecord(record));
        }

        restored.FinishLoading();
        Assert.Equal(_harness.Catalog.Services.Select(service => service.Name), restored.Services.Select(service => service.Name));
        Assert.All(restored.Services, service => Assert.All(service.Instances.ToArray(), instance => Assert.Same(service.Name, instance.Data.Service)));
    }
}
