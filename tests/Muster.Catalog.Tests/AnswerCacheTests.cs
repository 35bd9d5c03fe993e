namespace Muster.Catalog.Tests;

public class AnswerCacheTests
{
    private sealed class Blob(int bytes) : Memo
    {
        public override int Bytes => bytes;
    }

    private static ServiceSnapshot Snapshot(CatalogHarness harness, string name)
    {
        harness.Register(name, name);
        return harness.Catalog.FindService(name)!;
    }

    [Fact]
    public void Set_OverTheBudget_EvictsWhatWasNotRead()
    {
        var harness = new CatalogHarness(1, options => options with { AnswerCacheBytes = 1000 });
        AnswerCache cache = harness.Catalog.Answers;
        ServiceSnapshot[] snapshots = [.. Enumerable.Range(0, 20).Select(i => Snapshot(harness, $"s{i}"))];
        foreach (ServiceSnapshot snapshot in snapshots)
        {
            cache.Set(snapshot, MemoSlot.Dns, new Blob(100));
            cache.Get(snapshots[0], MemoSlot.Dns);
            Assert.InRange(cache.Bytes, 100, 1000);
        }

        Assert.NotNull(cache.Get(snapshots[0], MemoSlot.Dns));
        Assert.NotNull(cache.Get(snapshots[^1], MemoSlot.Dns));
        Assert.Equal(10, snapshots.Count(snapshot => cache.Get(snapshot, MemoSlot.Dns) is not null));
        Assert.Equal(10, cache.Evictions);
    }

    [Fact]
    public void Set_TooLargeOrSuperseded_IsNotKept()
    {
        var harness = new CatalogHarness(1, options => options with { AnswerCacheBytes = 1000 });
        AnswerCache cache = harness.Catalog.Answers;
        ServiceSnapshot old = Snapshot(harness, "web");
        cache.Set(old, MemoSlot.Dns, new Blob(1001));
        Assert.Equal(0, cache.Bytes);
        cache.Set(old, MemoSlot.Dns, new Blob(10));
        cache.Set(old, MemoSlot.Rest, new Blob(20));
        Assert.Equal(30, cache.Bytes);
        harness.Register("web", "web-2");
        Assert.Equal(0, cache.Bytes);
        cache.Set(old, MemoSlot.Dns, new Blob(10));
        Assert.Equal(0, cache.Bytes);
    }

    [Fact]
    public async Task GetOrEncode_ManyThreadsAtOnce_OneEncodesAndAllGetThat()
    {
        var harness = new CatalogHarness(1);
        AnswerCache cache = harness.Catalog.Answers;
        ServiceSnapshot snapshot = Snapshot(harness, "web");
        int encoded = 0;
        Blob[] got = await Crowd.AskAsync(() => cache.GetOrEncode(snapshot, MemoSlot.Dns, 5, (_, bytes) =>
        {
            Interlocked.Increment(ref encoded);
            Thread.Yield();
            return new Blob(bytes);
        }));
        Assert.Equal(1, encoded);
        Assert.Single(got.Distinct());
        Assert.Same(got[0], cache.Get(snapshot, MemoSlot.Dns));
    }

    [Fact]
    public void GetOrEncode_OfWhatWasSuperseded_AnswersAndKeepsNothing()
    {
        var harness = new CatalogHarness(1);
        AnswerCache cache = harness.Catalog.Answers;
        ServiceSnapshot old = Snapshot(harness, "web");
        harness.Register("web", "web-2");
        Assert.Equal(7, cache.GetOrEncode(old, MemoSlot.Dns, 7, static (_, bytes) => new Blob(bytes)).Bytes);
        Assert.Null(cache.Get(old, MemoSlot.Dns));
        Assert.Equal(0, cache.Bytes);
    }

    [Fact]
    public void Set_OneMemoInTwoSlots_CountsOnceAndLeavesTogether()
    {
        var harness = new CatalogHarness(1, options => options with { AnswerCacheBytes = 1000 });
        AnswerCache cache = harness.Catalog.Answers;
        ServiceSnapshot snapshot = Snapshot(harness, "web");
        var both = new Blob(100);
        cache.Set(snapshot, MemoSlot.ConsulHealth, both);
        cache.Set(snapshot, MemoSlot.ConsulPassing, both);
        Assert.Equal(100, cache.Bytes);
        cache.Set(snapshot, MemoSlot.ConsulHealth, new Blob(50));
        Assert.Same(both, cache.Get(snapshot, MemoSlot.ConsulPassing));
        Assert.Equal(150, cache.Bytes);
        harness.Register("web", "web-2");
        Assert.Equal(0, cache.Bytes);
    }
}
