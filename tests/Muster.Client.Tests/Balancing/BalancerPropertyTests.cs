using FsCheck;
using FsCheck.Fluent;
using Muster.Client.Balancing;

namespace Muster.Client.Tests.Balancing;

public sealed class BalancerPropertyTests
{
    private static readonly Gen<ServiceInstance[]> Views =
        from count in Gen.Choose(0, 25)
        from weights in Gen.Choose(0, 5).ArrayOf(25)
        from zones in Gen.Elements("", "a", "b", "c").ArrayOf(25)
        from regions in Gen.Elements("", "eu", "us").ArrayOf(25)
        from healths in Gen.Elements(InstanceHealth.Passing, InstanceHealth.Passing, InstanceHealth.Warning, InstanceHealth.Critical).ArrayOf(25)
        from states in Gen.Elements(InstanceState.Up, InstanceState.Up, InstanceState.Up, InstanceState.Starting, InstanceState.Draining).ArrayOf(25)
        from first in Gen.Choose(0, 10)
        select Enumerable.Range(0, count)
            .Select(i => Fleet.Instance(first + i, weights[i], zones[i], regions[i]) with { Health = healths[i], State = states[i] })
            .ToArray();

    private static readonly Gen<(string Policy, string Zone, string Region, int Subset, bool SlowStart)> Uses =
        from policy in Gen.Elements("round_robin", "random", "weighted", "p2c", "ewma", "consistent_hash")
        from zone in Gen.Elements("", "a", "d")
        from region in Gen.Elements("", "eu")
        from subset in Gen.Elements(0, 0, 3)
        from slowStart in Gen.Elements(true, false)
        select (policy, zone, region, subset, slowStart);

    [Fact]
    public void Pick_AnyViews_IsAUsableTargetOfTheLatest() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(400), Prop.ForAll(Uses.ToArbitrary(), Views.ArrayOf(3).ToArbitrary(), (use, views) =>
        {
            using Fleet fleet = FleetOf(use);
            foreach (ServiceInstance[] view in views)
            {
                fleet.Of(view);
                fleet.Time.Advance(TimeSpan.FromSeconds(7));
                ServiceInstance[] usable = Usable(view);
                for (int i = 0; i < 30; i++)
                {
                    Target? picked = fleet.Balancer.Pick(new PickContext((ulong)i, Tried: null));
                    if (usable.Length == 0 ? picked is not null : picked is null || !usable.Contains(picked.Instance))
                    {
                        return false;
                    }

                    picked?.Enter();
                }
            }

            return true;
        }));

    [Fact]
    public void Pick_TriedOnes_NoTargetTwiceWhileAnotherIsLeft() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(400), Prop.ForAll(Uses.ToArbitrary(), Views.ToArbitrary(), Gen.Choose(0, 1_000).ToArbitrary(), (use, view, key) =>
        {
            using Fleet fleet = FleetOf(use).Of(view);
            int usable = Usable(view).Length;
            List<Target> tried = [];
            for (int i = 0; i < usable; i++)
            {
                tried.Add(fleet.Balancer.Pick(new PickContext((ulong)key, tried))!);
            }

            // and one more attempt than there are targets still gets one
            Target? oneMore = fleet.Balancer.Pick(new PickContext((ulong)key, tried));
            return tried.Distinct().Count() == usable && (oneMore is null) == (usable == 0);
        }));

    [Fact]
    public void Pick_WhileViewsChange_IsNeverOfALeftOutInstanceAfterUpdateReturned()
    {
        using Fleet fleet = new Fleet("p2c").Of(Fleet.Instances(4));
        using var stop = new CancellationTokenSource();
        var picking = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                fleet.Balancer.Pick()!.Enter();
            }
        });
        picking.Start();
        for (int i = 0; i < 2_000; i++)
        {
            fleet.Of(Fleet.Instances(4).RemoveAt(i % 4));
            Assert.All(Enumerable.Range(0, 5), _ => Assert.NotEqual(1_000 + (i % 4), fleet.Balancer.Pick()!.Instance.Port));
        }

        stop.Cancel();
        picking.Join();
    }

    private static Fleet FleetOf((string Policy, string Zone, string Region, int Subset, bool SlowStart) use) => new(
        use.Policy,
        options =>
        {
            options.Subset.Size = use.Subset;
            options.SlowStart.Window = use.SlowStart ? TimeSpan.FromSeconds(20) : TimeSpan.Zero;
        },
        use.Zone,
        use.Region);

    /// <summary>What the registry's word alone allows: the best that there are, and weight 0 only when nothing else is left.</summary>
    private static ServiceInstance[] Usable(ServiceInstance[] view)
    {
        ServiceInstance[] up = [.. view.Where(instance => instance.State == InstanceState.Up)];
        ServiceInstance[] healthy = [.. up.Where(instance => instance.Health != InstanceHealth.Critical)];
        ServiceInstance[] best = healthy.Length > 0 ? healthy : up.Length > 0 ? up : view;
        ServiceInstance[] weighty = [.. best.Where(instance => instance.Weight > 0)];
        return weighty.Length > 0 ? weighty : best;
    }
}
