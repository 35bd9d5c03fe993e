using Muster.Server.Hosting;

namespace Muster.Server.Tests.Hosting;

public sealed class IdlenessJudgeTests
{
    private const long Mebibyte = 1 << 20;

    private readonly IdlenessJudge _judge = new();
    private TimeSpan _cpu;
    private long _allocated;

    [Fact]
    public void ShouldCompact_QuietAfterMuchTraffic_OnceTheRestIsOver()
    {
        Assert.Equal(0, Compactions(seconds: 20, busy: true, mebibytes: 10));

        Assert.Equal(1, Compactions(seconds: 60, busy: false, mebibytes: 0));
    }

    [Fact]
    public void ShouldCompact_NeverQuiet_Never() => Assert.Equal(0, Compactions(seconds: 300, busy: true, mebibytes: 10));

    [Fact]
    public void ShouldCompact_LittleAllocated_Never()
    {
        Compactions(seconds: 3, busy: true, mebibytes: 10);

        Assert.Equal(0, Compactions(seconds: 300, busy: false, mebibytes: 0));
    }

    [Fact]
    public void ShouldCompact_HeapTooLargeForAShortPause_Never()
    {
        Compactions(seconds: 20, busy: true, mebibytes: 10);

        Assert.Equal(0, Compactions(seconds: 60, busy: false, mebibytes: 0, heap: 500 * Mebibyte));
    }

    [Fact]
    public void Compacted_ALongPause_IsFollowedByAHundredTimesAsMuchRest()
    {
        Compactions(seconds: 20, busy: true, mebibytes: 10);
        Assert.Equal(1, Compactions(seconds: 5, busy: false, mebibytes: 0, pause: TimeSpan.FromSeconds(0.5)));

        Assert.Equal(0, Compactions(seconds: 44, busy: false, mebibytes: 40, pause: TimeSpan.FromSeconds(0.5)));
        Assert.Equal(1, Compactions(seconds: 5, busy: false, mebibytes: 40, pause: TimeSpan.FromSeconds(0.5)));
    }

    private int Compactions(int seconds, bool busy, int mebibytes, long heap = 100 * Mebibyte, TimeSpan pause = default)
    {
        int compactions = 0;
        for (int second = 0; second < seconds; second++)
        {
            _cpu += TimeSpan.FromMilliseconds(busy ? 200 : 10);
            _allocated += mebibytes * Mebibyte;
            if (_judge.ShouldCompact(_cpu, _allocated, heap))
            {
                compactions++;
                _cpu += pause;
                _judge.Compacted(pause);
            }
        }

        return compactions;
    }
}
