using Muster.Protocols.Consul.Filtering;
using Muster.Protocols.Consul.Filtering.Fields;

namespace Muster.Protocols.Consul.Tests.Filtering;

public sealed class FilterCacheTests
{
    [Fact]
    public void Get_SameTextTwice_IsTheSameFilter()
    {
        var cache = new FilterCache(FilterTables.Nodes);

        Assert.Same(cache.Get("Node+%3D%3D+a"), cache.Get("Node+%3D%3D+a"));
        Assert.NotSame(cache.Get("Node+%3D%3D+a"), cache.Get("Node==a"));
    }

    [Fact]
    public void Get_OfMoreFiltersThanAreKept_StillCompilesEachRight()
    {
        var cache = new FilterCache(FilterTables.Nodes);
        for (int i = 0; i < 1000; i++)
        {
            Assert.NotNull(cache.Get($"Node==a{i}").Condition);
            Assert.NotNull(cache.Get($"Foo==a{i}").Problem);
        }
    }

    [Fact]
    public void Get_Hit_AllocatesNothing()
    {
        var cache = new FilterCache(FilterTables.Nodes);
        const string text = "Node+%3D%3D+a+and+Meta.rack+matches+%22%5Er%22";
        long spent = 0;
        for (int i = 0; i < 3; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            cache.Get(text);
            spent = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, spent);
    }
}
