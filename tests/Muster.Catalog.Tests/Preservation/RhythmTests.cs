namespace Muster.Catalog.Tests.Preservation;

public class RhythmTests
{
    private const long Ttl = 600;

    [Fact]
    public void IntervalOf_NothingLearned_IsHalfTheTtl() => Assert.Equal(300, Rhythm.IntervalOf(0, Ttl));

    [Theory]
    [InlineData(20)]
    [InlineData(200)]
    [InlineData(590)]
    public void Learn_SteadyRenewals_FindTheirInterval(int gap)
    {
        byte rhythm = Learn(0, gap, times: 200);
        Assert.InRange(Rhythm.IntervalOf(rhythm, Ttl), gap, gap * 1.07);
    }

    [Fact]
    public void Learn_EveryGapUpToAnHour_IsOffByAtMostOneStep()
    {
        for (long gap = 1; gap < 60_000; gap++)
        {
            byte rhythm = Learn(1, gap, times: 1, ttl: 100_000);
            Assert.InRange(Rhythm.IntervalOf(rhythm, 100_000), gap, Math.Max(gap * 1.07, gap + 1));
        }
    }

    [Fact]
    public void Learn_ARenewalMoreNowAndThen_DoesNotMakeTheNextOneLate()
    {
        byte rhythm = Learn(0, 200, times: 50);
        for (int i = 0; i < 50; i++)
        {
            rhythm = Learn(rhythm, 2, times: 3);
            Assert.False(Rhythm.IsLate(rhythm, 200, Ttl));
            rhythm = Learn(rhythm, 198, times: 1);
        }
    }

    [Fact]
    public void Learn_AnAbsenceBeyondTheTtl_TeachesNothing()
    {
        byte rhythm = Learn(0, 200, times: 50);
        Assert.Equal(rhythm, Rhythm.Learn(rhythm, Ttl + 1, Ttl));
    }

    [Fact]
    public void Learn_SlowerRhythm_CountsAtOnce()
    {
        byte rhythm = Learn(0, 50, times: 100);
        Assert.True(Rhythm.IsLate(rhythm, 100, Ttl));
        Assert.False(Rhythm.IsLate(Learn(rhythm, 100, times: 1), 100, Ttl));
    }

    [Fact]
    public void IsLate_DueByTheTtl_WhateverTheRhythm() => Assert.True(Rhythm.IsLate(Learn(0, 590, times: 1), Ttl, Ttl));

    [Fact]
    public void TryExtend_RenewalsThatCameByAnotherServer_LearnsHowOldTheyGetHereAndNotHowOftenTheyCome()
    {
        const int Interval = 20, MostAge = 20;
        var lease = new InstanceLease();
        lease.OpenLease(Ttl);
        for (int beat = Interval, age = 0; beat < 100 * Interval; beat += Interval, age = (age + 7) % MostAge)
        {
            Assert.True(lease.TryExtend(beat + Ttl, beat + age, age));
        }

        Assert.False(Rhythm.IsLate(lease.Rhythm, Interval + MostAge - 2, Ttl));
        Assert.True(Rhythm.IsLate(lease.Rhythm, 2 * (Interval + MostAge), Ttl));
    }

    private static byte Learn(byte rhythm, long gap, int times, long ttl = Ttl)
    {
        for (int i = 0; i < times; i++)
        {
            rhythm = Rhythm.Learn(rhythm, gap, ttl);
        }

        return rhythm;
    }
}
