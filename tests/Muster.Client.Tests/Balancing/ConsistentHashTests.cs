using FsCheck;
using FsCheck.Fluent;
using Muster.Client.Balancing;

namespace Muster.Client.Tests.Balancing;

public sealed class ConsistentHashTests
{
    private static readonly ulong[] Keys = [.. Enumerable.Range(0, 4_000).Select(i => StickyKey.Hash($"tenant-{i}"))];

    [Fact]
    public void Pick_SameKey_SameTargetInEveryProcess()
    {
        using Fleet one = new Fleet("consistent_hash", seed: 1).Of(Fleet.Instances(10));
        using Fleet other = new Fleet("consistent_hash", seed: 2).Of(Fleet.Instances(10).Reverse());

        Assert.All(Keys, key => Assert.Equal(Owner(one, key), Owner(other, key)));
    }

    [Fact]
    public void Pick_ManyKeys_AreSpreadByWeight()
    {
        int[] weights = [1, 1, 1, 1, 2, 4];
        using Fleet fleet = new Fleet("consistent_hash").Of(weights.Select((weight, i) => Fleet.Instance(i, weight)));
        Dictionary<int, int> counts = Keys.CountBy(key => Owner(fleet, key)).ToDictionary();

        // 32 points and more for each: a share is off by a sixth or so
        Assert.All(weights.Index(), weight => Assert.InRange(counts[weight.Index] / (Keys.Length * weight.Item / 10.0), 0.5, 1.6));
    }

    [Fact]
    public void Pick_WithoutKey_UsesAllTargets()
    {
        using Fleet fleet = new Fleet("consistent_hash").Of(Fleet.Instances(5));

        ChiSquare.AssertPlausible([.. fleet.Count(10_000).Values], [.. Enumerable.Repeat(1.0, 5)]);
    }

    [Fact]
    public void Update_InstancesComeAndGo_OnlyTheirKeysMove() =>
        Check.QuickThrowOnFailure(Prop.ForAll(Gen.Choose(2, 30).ToArbitrary(), Gen.Choose(0, 1_000_000).ToArbitrary(), (count, seed) =>
        {
            var random = new Random(seed);
            List<int> present = [.. Enumerable.Range(0, count)];
            int changed = random.Next(count);
            using Fleet fleet = new Fleet("consistent_hash").Of(present.Select(i => Fleet.Instance(i)));
            int[] before = Array.ConvertAll(Keys, key => Owner(fleet, key));

            fleet.Of(present.Where(i => i != changed).Select(i => Fleet.Instance(i)));
            int[] without = Array.ConvertAll(Keys, key => Owner(fleet, key));
            fleet.Of(present.Select(i => Fleet.Instance(i)));
            int[] again = Array.ConvertAll(Keys, key => Owner(fleet, key));

            // leaving moves only what the one had; coming moves only to it, and 1/n of all within what 128 points allow
            bool onlyItsKeysMoved = before.Zip(without).All(owner => owner.First == owner.Second || owner.First == changed);
            double moved = before.Zip(without).Count(owner => owner.First != owner.Second) / (double)Keys.Length;
            return onlyItsKeysMoved && before.SequenceEqual(again) && moved <= 1.8 / count;
        }));

    [Fact]
    public void Pick_HotKey_NoTargetGetsMoreThanItsBound()
    {
        const double LoadFactor = 1.25;
        using Fleet fleet = new Fleet("consistent_hash").Of(Fleet.Instances(10));
        for (int calls = 1; calls <= 500; calls++)
        {
            fleet.Balancer.Pick(new PickContext(Keys[0], Tried: null))!.Enter();
            Assert.InRange(fleet.Balancer.Targets.Max(target => target.Outstanding), 1, Math.Ceiling(LoadFactor * calls / 10));
        }
    }

    [Fact]
    public void Pick_KeysUnderLoad_MostStayAtHome()
    {
        using Fleet idle = new Fleet("consistent_hash").Of(Fleet.Instances(10));
        using Fleet fleet = new Fleet("consistent_hash").Of(Fleet.Instances(10));
        var random = new Random(1);
        Queue<Target> underWay = [];
        int atHome = 0;
        for (int i = 0; i < 20_000; i++)
        {
            ulong key = Keys[random.Next(Keys.Length)];
            Target target = fleet.Balancer.Pick(new PickContext(key, Tried: null))!;
            target.Enter();
            underWay.Enqueue(target);
            atHome += target.Instance.Port - 1_000 == Owner(idle, key) ? 1 : 0;
            if (underWay.Count > 200)
            {
                fleet.End(underWay.Dequeue());
            }
        }

        Assert.InRange(atHome / 20_000.0, 0.8, 0.999);
    }

    [Fact]
    public void Pick_TriedTargets_GoesOnAlongTheRing()
    {
        using Fleet fleet = new Fleet("consistent_hash").Of(Fleet.Instances(6));
        foreach (ulong key in Keys.Take(100))
        {
            List<Target> tried = [];
            for (int i = 0; i < 6; i++)
            {
                tried.Add(fleet.Balancer.Pick(new PickContext(key, tried))!);
            }

            Assert.Equal(6, tried.Distinct().Count());
            fleet.Of(Fleet.Instances(6).Where(instance => instance.Port != tried[0].Instance.Port));
            Assert.Equal(tried[1].Instance.Port, fleet.Balancer.Pick(new PickContext(key, Tried: null))!.Instance.Port);
            fleet.Of(Fleet.Instances(6));
        }
    }

    private static int Owner(Fleet fleet, ulong key) => fleet.Balancer.Pick(new PickContext(key, Tried: null))!.Instance.Port - 1_000;
}
