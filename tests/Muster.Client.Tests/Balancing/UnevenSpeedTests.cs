namespace Muster.Client.Tests.Balancing;

/// <summary>Ten servers of 10 ms a call, some of them slowed down, in virtual time.</summary>
public sealed class UnevenSpeedTests
{
    private const int Servers = 10;
    private const double Usual = 0.010;

    // 60 % of what eight of them can do
    private const double CallsPerSecond = 480;

    [Fact]
    public void TwoSlowServers_PowerOfTwoHasAFractionOfTheTailOfRandom()
    {
        QueueSimulation random = Run("random", slowdown: 3);
        QueueSimulation powerOfTwo = Run("p2c", slowdown: 3);

        Assert.InRange(powerOfTwo.Percentile(0.99), 0, random.Percentile(0.99) / 3);
        Assert.InRange(powerOfTwo.Percentile(0.5), 0, random.Percentile(0.5));
    }

    [Fact]
    public void OneVerySlowServer_EwmaSendsItAlmostNothing()
    {
        QueueSimulation roundRobin = Run("round_robin", slowdown: 30, slow: 1);
        QueueSimulation powerOfTwo = Run("p2c", slowdown: 30, slow: 1);
        QueueSimulation ewma = Run("ewma", slowdown: 30, slow: 1);

        // a fair share would be 2,000; it is tried again when its latency is half forgotten often enough
        Assert.InRange(ewma.Calls[0], 2, 40);
        Assert.InRange(ewma.Calls[0], 2, powerOfTwo.Calls[0] / 2);
        Assert.InRange(ewma.Percentile(0.99), 0, powerOfTwo.Percentile(0.99));
        Assert.InRange(ewma.Percentile(0.99), 0, roundRobin.Percentile(0.99) / 100);
    }

    [Fact]
    public void EqualServers_EwmaAndPowerOfTwoBeatRandom()
    {
        QueueSimulation random = Run("random", slowdown: 1);

        Assert.InRange(Run("p2c", slowdown: 1).Percentile(0.99), 0, random.Percentile(0.99));
        Assert.InRange(Run("ewma", slowdown: 1).Percentile(0.99), 0, random.Percentile(0.99));
    }

    private static QueueSimulation Run(string policy, double slowdown, int slow = 2)
    {
        using Fleet fleet = new Fleet(policy).Of(Fleet.Instances(Servers));
        double[] speeds = [.. Enumerable.Range(0, Servers).Select(i => i < slow ? Usual * slowdown : Usual)];
        return new QueueSimulation(fleet, speeds, CallsPerSecond).Run(20_000);
    }
}
