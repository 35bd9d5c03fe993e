using Muster.Client.Balancing;

namespace Muster.Client.Tests.Balancing;

public sealed class PowerOfTwoTests
{
    [Fact]
    public void Pick_IdleTargets_AreEven()
    {
        using Fleet fleet = new Fleet("p2c").Of(Fleet.Instances(20));

        ChiSquare.AssertPlausible([.. fleet.Count(40_000).Values], [.. Enumerable.Repeat(1.0, 20)]);
    }

    [Fact]
    public void Pick_TwoTargets_AlwaysTheLessLoaded()
    {
        using Fleet fleet = new Fleet("p2c").Of(Fleet.Instances(2));
        fleet.Target(0).Enter();

        Assert.Equal([1], fleet.Shares(1_000).Keys);
    }

    [Fact]
    public void Pick_OneBusyTarget_IsOnlyAvoided()
    {
        // the busiest of n comes up only in pairs with itself, and a pair has two different ones
        using Fleet fleet = new Fleet("p2c").Of(Fleet.Instances(10));
        fleet.Target(3).Enter();
        Dictionary<int, double> shares = fleet.Shares(20_000);

        Assert.DoesNotContain(3, shares.Keys);
        Assert.All(shares.Values, share => Assert.Equal(1 / 9.0, share, 0.02));
    }

    [Fact]
    public void Pick_IdleTargetsOfDifferentWeights_ShareByWeight()
    {
        int[] weights = [1, 2, 3, 4];
        using Fleet fleet = new Fleet("p2c").Of(weights.Select((weight, i) => Fleet.Instance(i, weight)));
        Dictionary<Target, int> counts = fleet.Count(40_000);

        ChiSquare.AssertPlausible([.. weights.Select((_, i) => counts[fleet.Target(i)])], [.. weights.Select(weight => (double)weight)]);
    }

    [Fact]
    public void Pick_CallsThatStay_PileUpByWeight()
    {
        int[] weights = [1, 1, 2, 4];
        using Fleet fleet = new Fleet("p2c").Of(weights.Select((weight, i) => Fleet.Instance(i, weight)));
        for (int i = 0; i < 8_000; i++)
        {
            fleet.Balancer.Pick()!.Enter();
        }

        Assert.All(weights.Index(), weight => Assert.Equal(1_000.0 * weight.Item, fleet.Target(weight.Index).Outstanding, 30.0));
    }

    [Fact]
    public void Pick_EqualTargetsUnderCalls_StaysWithinAFewOfEven()
    {
        using Fleet fleet = new Fleet("p2c").Of(Fleet.Instances(50));
        for (int i = 0; i < 50_000; i++)
        {
            fleet.Balancer.Pick()!.Enter();
        }

        // random picks would leave some 100 between the fullest and the mean
        Assert.InRange(fleet.Balancer.Targets.Max(target => target.Outstanding), 1_000, 1_006);
    }
}
