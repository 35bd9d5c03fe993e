using Muster.Client.Balancing;
using Muster.Client.PassiveHealth;

namespace Muster.Client.Tests.Balancing;

public sealed class PeakEwmaTests
{
    [Fact]
    public void Pick_SlowTarget_IsTriedAgainAfterAWhile()
    {
        using Fleet fleet = new Fleet("ewma").Of(Fleet.Instances(2));
        fleet.Call(fleet.Target(0), TimeSpan.FromMilliseconds(100));
        fleet.Call(fleet.Target(1), TimeSpan.FromMilliseconds(1));
        Assert.Equal([1], fleet.Shares(1_000).Keys);

        // 1/2^8 of 100 ms is less than the 1 ms of the other
        for (int second = 0; second < 40; second++)
        {
            fleet.Time.Advance(TimeSpan.FromSeconds(1));
            fleet.Call(fleet.Target(1), TimeSpan.FromMilliseconds(1));
        }

        Assert.True(fleet.Shares(1_000)[0] > 0.5);
    }

    [Fact]
    public void Pick_NewTarget_GetsOneCallAndIsJudgedByIt()
    {
        using Fleet fleet = new Fleet("ewma").Of(Fleet.Instances(2));
        fleet.Call(fleet.Target(0), TimeSpan.FromMilliseconds(5));

        Assert.True(fleet.Shares(1_000)[1] >= 0.7);
        fleet.Target(1).Enter();
        Assert.Equal([0], fleet.Shares(1_000).Keys);
    }

    [Fact]
    public void Pick_TargetThatFailsFast_IsNotTakenForFast()
    {
        using Fleet fleet = new Fleet("ewma").Of(Fleet.Instances(2));
        fleet.Call(fleet.Target(0), TimeSpan.FromMilliseconds(50));
        for (int i = 0; i < 7; i++)
        {
            fleet.Call(fleet.Target(1), TimeSpan.FromMilliseconds(1), CallResult.ServerError);
        }

        Assert.Equal([0], fleet.Shares(1_000).Keys);
    }

    [Fact]
    public void Pick_FailuresHereAndThere_DoNotDriveCallsToTheLuckyFew()
    {
        using Fleet fleet = new Fleet("ewma").Of(Fleet.Instances(10));
        QueueSimulation simulation = new(fleet, [.. Enumerable.Repeat(0.010, 10)], callsPerSecond: 400) { FailureRate = 0.002 };
        simulation.Run(20_000);

        // 55 ms without failures; a fixed penalty of a second for each made it 77 ms
        Assert.InRange(simulation.Percentile(0.99), 0.04, 0.065);
        Assert.All(simulation.Calls, calls => Assert.InRange(calls, 1_300, 2_700));
    }

    [Fact]
    public void Pick_WeightsAndEqualLatencies_SharesByWeight()
    {
        int[] weights = [1, 2, 4];
        using Fleet fleet = new Fleet("ewma").Of(weights.Select((weight, i) => Fleet.Instance(i, weight)));
        foreach (Target target in fleet.Balancer.Targets)
        {
            target.Latency.Observe(TimeSpan.FromMilliseconds(5), failed: false, 1);
        }

        Dictionary<Target, int> counts = fleet.Count(20_000);
        ChiSquare.AssertPlausible([.. weights.Select((_, i) => counts[fleet.Target(i)])], [.. weights.Select(weight => (double)weight)]);

        for (int i = 0; i < 7_000; i++)
        {
            fleet.Balancer.Pick()!.Enter();
        }

        Assert.All(weights.Index(), weight => Assert.Equal(1_000.0 * weight.Item, fleet.Target(weight.Index).Outstanding, 30.0));
    }

    [Fact]
    public void Leave_AbandonedCall_TellsNothing()
    {
        using Fleet fleet = new Fleet("ewma").Of(Fleet.Instances(2));
        fleet.Call(fleet.Target(0), TimeSpan.FromSeconds(20), CallResult.Abandoned);

        Assert.False(fleet.Target(0).Latency.HasData);
        Assert.Equal(0, fleet.Target(0).Outstanding);
    }
}
