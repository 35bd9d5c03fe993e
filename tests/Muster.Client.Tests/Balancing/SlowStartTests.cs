namespace Muster.Client.Tests.Balancing;

public sealed class SlowStartTests
{
    private static readonly string[] Policies = ["round_robin", "random", "weighted", "p2c", "ewma"];

    public static TheoryData<string> AllPolicies => [.. Policies];

    [Theory]
    [MemberData(nameof(AllPolicies))]
    public void Pick_NewInstance_ComesToItsShareOverTheWindow(string policy)
    {
        using Fleet fleet = SlowFleet(policy).Of(Fleet.Instances(2));
        fleet.Of(Fleet.Instances(3));
        double[] shares = [.. Enumerable.Range(0, 6).Select(_ =>
        {
            double share = fleet.Shares(40_000).GetValueOrDefault(2);
            fleet.Time.Advance(TimeSpan.FromSeconds(6));
            return share;
        })];

        // weights 0.1, 0.28, 0.46, 0.64, 0.82 and 1 beside two of 1
        double[] expected = [0.1 / 2.1, 0.28 / 2.28, 0.46 / 2.46, 0.64 / 2.64, 0.82 / 2.82, 1 / 3.0];
        Assert.All(expected.Zip(shares), share => Assert.Equal(share.First, share.Second, 0.02));
    }

    [Fact]
    public void Pick_ConsistentHash_NewInstanceTakesItsKeysOverBitByBit()
    {
        using Fleet fleet = SlowFleet("consistent_hash").Of(Fleet.Instances(4));
        fleet.Of(Fleet.Instances(5));
        List<HashSet<int>> ownedAtStep = [];
        for (int step = 0; step <= 6; step++, fleet.Time.Advance(TimeSpan.FromSeconds(5)))
        {
            ownedAtStep.Add([.. Enumerable.Range(0, 2_000).Where(key => fleet.Balancer.Pick(new(Client.Balancing.StickyKey.Hash(key), null))!.Instance.Port == 1_004)]);
        }

        Assert.InRange(ownedAtStep[0].Count, 1, 120);
        Assert.InRange(ownedAtStep[6].Count, 250, 600);
        Assert.All(ownedAtStep.Zip(ownedAtStep.Skip(1)), steps => Assert.Subset(steps.Second, steps.First));
    }

    [Fact]
    public void Pick_FirstView_IsNotSlowStarted()
    {
        using Fleet fleet = SlowFleet("weighted").Of(Fleet.Instance(0, 3), Fleet.Instance(1, 1));

        Assert.Equal(0.25, fleet.Shares(4_000)[1], 0.01);
        Assert.Empty(fleet.Time.DueTimes);
    }

    [Fact]
    public void Update_SameInstanceWithAnotherEpoch_StartsSlowlyAgain()
    {
        using Fleet fleet = SlowFleet("round_robin").Of(Fleet.Instance(0), Fleet.Instance(1));

        fleet.Of(Fleet.Instance(0), Fleet.Instance(1) with { Epoch = 2 });

        Assert.Equal(0.1 / 1.1, fleet.Shares(4_000)[1], 0.01);
    }

    [Fact]
    public void Update_InstanceBecomesUp_StartsSlowlyFromThen()
    {
        using Fleet fleet = SlowFleet("round_robin").Of(Fleet.Instance(0), Fleet.Instance(1) with { State = InstanceState.Starting });
        fleet.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.DoesNotContain(1, fleet.Shares(100).Keys);

        fleet.Of(Fleet.Instance(0), Fleet.Instance(1));

        Assert.Equal(0.1 / 1.1, fleet.Shares(4_000)[1], 0.01);
    }

    [Fact]
    public void Pick_AfterTheWindow_IsExactRoundRobinAndNoTimerIsLeft()
    {
        using Fleet fleet = SlowFleet("round_robin").Of(Fleet.Instances(2));
        fleet.Of(Fleet.Instances(4));
        Assert.Single(fleet.Time.DueTimes);

        fleet.Time.Advance(TimeSpan.FromSeconds(31));

        Assert.All(fleet.Count(400).Values, count => Assert.Equal(100, count));
        Assert.Empty(fleet.Time.DueTimes);
    }

    [Fact]
    public void Pick_WindowOfZero_FullShareAtOnce()
    {
        using Fleet fleet = new Fleet("round_robin").Of(Fleet.Instances(2));
        fleet.Of(Fleet.Instances(3));

        Assert.All(fleet.Count(300).Values, count => Assert.Equal(100, count));
    }

    private static Fleet SlowFleet(string policy) => new(policy, options => options.SlowStart.Window = TimeSpan.FromSeconds(30));
}
