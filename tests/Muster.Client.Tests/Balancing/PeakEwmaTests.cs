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
        fleet.Call(fleet.Target(1), TimeSpan.FromMilliseconds(1), CallResult.ServerError);

        Assert.DoesNotContain(1, fleet.Shares(1_000).Where(share => share.Value > 0.3).Select(share => share.Key));
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
