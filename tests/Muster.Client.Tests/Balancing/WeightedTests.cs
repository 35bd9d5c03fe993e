using Muster.Client.Balancing;

namespace Muster.Client.Tests.Balancing;

public sealed class WeightedTests
{
    [Fact]
    public void Pick_Weights_SharesAreExactWithinAFewPicks()
    {
        int[] weights = [1, 2, 3, 10, 50];
        using Fleet fleet = new Fleet("weighted").Of(weights.Select((weight, i) => Fleet.Instance(i, weight)));

        Dictionary<int, double> shares = fleet.Shares(6_600);

        // chance would be off by 35 picks in every third run
        Assert.All(weights.Index(), weight => Assert.Equal(100.0 * weight.Item, shares[weight.Index] * 6_600, 12.0));
    }

    [Fact]
    public void Pick_OneHeavyTarget_IsInterleavedWithTheOthers()
    {
        using Fleet fleet = new Fleet("weighted").Of(Fleet.Instance(0, 5), Fleet.Instance(1, 1), Fleet.Instance(2, 1));
        int[] picks = [.. Enumerable.Range(0, 7_000).Select(_ => fleet.Balancer.Pick()!.Instance.Weight)];
        int longest = 0;
        for (int i = 0, run = 0; i < picks.Length; i++)
        {
            run = picks[i] == 5 ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        Assert.InRange(longest, 2, 6);
    }

    [Fact]
    public void Pick_WarningHalvesTheWeight_ShareFollows()
    {
        using Fleet fleet = new Fleet("weighted").Of(Fleet.Instance(0, 10), Fleet.Instance(1, 10));
        Assert.Equal(0.5, fleet.Shares(1_000)[1], 0.01);

        fleet.Of(Fleet.Instance(0, 10), Fleet.Instance(1, 5) with { Health = InstanceHealth.Warning });

        Assert.Equal(1 / 3.0, fleet.Shares(3_000)[1], 0.01);
    }

    [Fact]
    public void Pick_WeightZero_OnlyWhenNothingElseIsLeft()
    {
        using Fleet fleet = new Fleet("weighted").Of(Fleet.Instance(0, 1), Fleet.Instance(1, 0), Fleet.Instance(2, 0));
        Assert.Equal([0], fleet.Shares(100).Keys);

        fleet.Of(Fleet.Instance(1, 0), Fleet.Instance(2, 0));

        Assert.Equal([1, 2], fleet.Shares(100).Keys.Order());
    }

    [Fact]
    public void Random_EqualTargets_IsEven()
    {
        using Fleet fleet = new Fleet("random").Of(Fleet.Instances(20));

        ChiSquare.AssertPlausible([.. fleet.Count(40_000).Values], [.. Enumerable.Repeat(1.0, 20)]);
    }
}
