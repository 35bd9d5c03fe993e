using Muster.Client.Balancing;

namespace Muster.Client.Tests.Balancing;

public sealed class RoundRobinTests
{
    [Fact]
    public void Pick_EqualTargets_TakesEachInTurn()
    {
        using Fleet fleet = new Fleet("round_robin").Of(Fleet.Instances(5));
        Target[] first = [.. Enumerable.Range(0, 5).Select(_ => fleet.Balancer.Pick()!)];

        Assert.Equal(5, first.Distinct().Count());
        for (int i = 0; i < 1_000; i++)
        {
            Assert.Same(first[i % 5], fleet.Balancer.Pick());
        }
    }

    [Fact]
    public void Pick_ManyClients_BeginAtDifferentTargets()
    {
        int[] starts = [.. Enumerable.Range(0, 4_000)
            .Select(seed => new Fleet("round_robin", seed: seed).Of(Fleet.Instances(8)).Balancer.Pick()!.Instance.Port)
            .CountBy(port => port).Select(count => count.Value)];

        Assert.Equal(8, starts.Length);
        ChiSquare.AssertPlausible(starts, [.. Enumerable.Repeat(1.0, 8)]);
    }

    [Fact]
    public void Pick_ManyThreads_StaysExact()
    {
        using Fleet fleet = new Fleet("round_robin").Of(Fleet.Instances(4));
        var picked = new Target[4][];
        Parallel.For(0, 4, thread => picked[thread] = [.. Enumerable.Range(0, 1_000).Select(_ => fleet.Balancer.Pick()!)]);

        Assert.All(picked.SelectMany(targets => targets).CountBy(target => target), count => Assert.Equal(1_000, count.Value));
    }

    [Fact]
    public void Pick_AfterRebuild_GoesOnWhereItWas()
    {
        using Fleet fleet = new Fleet("round_robin").Of(Fleet.Instances(3));
        Dictionary<Target, int> counts = [];
        for (int i = 0; i < 300; i++)
        {
            Target target = fleet.Balancer.Pick()!;
            counts[target] = counts.GetValueOrDefault(target) + 1;
            fleet.Balancer.Refresh();
        }

        Assert.All(counts, count => Assert.Equal(100, count.Value));
    }

    [Fact]
    public void Pick_WeightsDiffer_IgnoresThemButForZero()
    {
        using Fleet fleet = new Fleet("round_robin").Of(Fleet.Instance(0, weight: 9), Fleet.Instance(1, weight: 1), Fleet.Instance(2, weight: 0));

        Assert.Equal(new Dictionary<int, double> { [0] = 0.5, [1] = 0.5 }, fleet.Shares(100).OrderBy(share => share.Key).ToDictionary());
    }
}
