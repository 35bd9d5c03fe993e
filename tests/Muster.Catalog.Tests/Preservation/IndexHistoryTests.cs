namespace Muster.Catalog.Tests.Preservation;

public class IndexHistoryTests
{
    [Fact]
    public void At_RandomTicks_NeverEarlierThanTheTruthAndCloseToIt()
    {
        var random = new Random(4);
        var history = new IndexHistory();
        var reached = new Dictionary<long, long>(); // by tick: the index when it was over
        long index = 0, now = 0;
        for (int step = 0; step < 200_000; step++)
        {
            history.Record(now, index);
            int skipped = random.Next(50) == 0 ? random.Next(1, 30) : 1;
            index += random.Next(3) == 0 ? random.Next(5) : 0;
            for (int i = 0; i < skipped; i++)
            {
                reached[now++] = index;
            }
        }

        history.Record(now, index);
        for (int i = 0; i < 20_000; i++)
        {
            long age = 1 + (long)Math.Pow(random.NextDouble() * Math.Cbrt(now - 1), 3), tick = now - age;
            long known = history.At(tick);
            long error = age < 1000 ? 0 : age < 60_000 ? 64 : 4096;
            Assert.InRange(known, reached[tick], reached[Math.Min(now - 1, tick + error + 30)]);
        }
    }

    [Fact]
    public void At_TheTickThatRuns_NobodyIsLater()
    {
        var history = new IndexHistory();
        history.Record(7, 100);
        Assert.Equal(long.MaxValue, history.At(7));
    }

    [Fact]
    public void At_BeforeTheFirstRecord_IsWhatWasReachedByThen()
    {
        var history = new IndexHistory();
        history.Record(3, 100);
        Assert.Equal(100, history.At(0));
        Assert.Equal(100, history.At(2));
    }

    [Fact]
    public void At_LongerAgoThanAnythingKept_IsTheOldestKept()
    {
        var history = new IndexHistory();
        for (long now = 0; now < 10_000_000; now += 10)
        {
            history.Record(now, now);
        }

        Assert.InRange(history.At(5), 10_000_000 - (1024 * 4096), 10_000_000 - (1022 * 4096));
    }
}
