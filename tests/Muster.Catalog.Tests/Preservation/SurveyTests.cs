using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Muster.Catalog.Tests.Preservation;

public class SurveyTests
{
    private static readonly TimeSpan TickLength = TimeSpan.FromMilliseconds(50);

    [Fact]
    public void Take_NobodyCameOrWent_AllocatesNextToNothing()
    {
        var fleet = Fleet.Of(2000);
        Fleet.Silence(fleet.Members.Take(200));
        fleet.Run(16);
        var history = new IndexHistory();
        history.Record(1_000_000, 1);
        var census = new Census(new LeaseClock(fleet.Harness.Time, TickLength, TimeSpan.FromSeconds(1)), self: null);
        long before = 0;
        for (int i = 0; i < 3; i++)
        {
            before = GC.GetAllocatedBytesForCurrentThread();
            census.Take(ServicesOf(fleet.Catalog), NodesOf(fleet.Catalog), [], history, (long)(fleet.Harness.Time.Now / TickLength), 0);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2048);
        Assert.Equal(2000, census.All.Heartbeats.Counting.Expected);
    }

    [Fact]
    public void Tick_SurveyLastsLongerThanAPauseWould_IsNoPause()
    {
        var slow = new SlowTime();
        var catalog = new Catalog(
            new CatalogOptions { NodeName = "n1", NodeId = "11111111-1111-1111-1111-111111111111" }, slow, new Random(1), NoChangeLog.Instance, new InlineWakes());
        catalog.AnnounceSelf("1.0", 8300);
        for (int i = 0; i < 20_000; i++)
        {
            catalog.Register("n1", CatalogHarness.Define("web", $"{i}"), [CatalogHarness.Ttl(30)], false, "test");
        }

        // every look at the clock takes 0.2 s: a survey without one in between would look like a pause of 0.6 s
        slow.PerLook = TimeSpan.FromMilliseconds(200);
        for (int i = 0; i < 10; i++)
        {
            catalog.Tick();
        }

        Assert.Equal(0, catalog.Statistics.Pauses);
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_services")]
    private static extern ref ConcurrentDictionary<string, ServiceEntry> ServicesOf(Catalog catalog);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_nodes")]
    private static extern ref ConcurrentDictionary<string, NodeEntry> NodesOf(Catalog catalog);

    private sealed class SlowTime : TimeProvider
    {
        private long _now;

        public TimeSpan PerLook { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now += PerLook.Ticks;
    }
}
