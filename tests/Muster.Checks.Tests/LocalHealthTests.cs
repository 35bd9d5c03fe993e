using Muster.Checks.Scheduling;

namespace Muster.Checks.Tests;

public sealed class LocalHealthTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    private readonly LocalHealth _health = new();

    [Fact]
    public void Sample_OnTime_TimeoutsStayAsTheyAre()
    {
        Sample(1000, 0);

        Assert.Equal((0, Timeout), (_health.Score, _health.Stretch(Timeout)));
    }

    [Theory]
    [InlineData(1, 49, 0)]
    [InlineData(1, 50, 1)]
    [InlineData(3, 50, 3)]
    [InlineData(100, 50, 8)]
    [InlineData(1, 1000, 2)]
    [InlineData(100, 60_000, 8)]
    public void Sample_Late_ScoreRisesToItsBound(int samples, int milliseconds, int score)
    {
        Sample(samples, milliseconds);

        Assert.Equal((score, Timeout * (1 + score)), (_health.Score, _health.Stretch(Timeout)));
    }

    [Fact]
    public void Sample_OnTimeAgain_ScoreFallsStepByStep()
    {
        Sample(100, 500);
        Sample(3, 10);
        Assert.Equal(8, _health.Score);
        Sample(1, 10);
        Assert.Equal(7, _health.Score);

        // a good moment between bad ones is no recovery
        Sample(3, 10);
        Sample(1, 50);
        Assert.Equal(8, _health.Score);

        Sample(32, 10);
        Assert.Equal(0, _health.Score);
    }

    [Fact]
    public async Task Sampler_TimerFiresLate_IsTold()
    {
        ManualTime time = new();
        await using LagSampler sampler = new(_health, time);
        sampler.Start();

        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(0, _health.Score);

        time.Jump(LagSampler.Period + LocalHealth.Late);
        Assert.Equal(1, _health.Score);
        time.Jump(TimeSpan.FromMinutes(1));
        Assert.Equal(3, _health.Score);
        time.Advance(TimeSpan.FromSeconds(3.5));
        Assert.Equal(0, _health.Score);
    }

    private void Sample(int samples, int milliseconds)
    {
        for (int i = 0; i < samples; i++)
        {
            _health.Sample(TimeSpan.FromMilliseconds(milliseconds));
        }
    }
}
