using Muster.Client.Balancing;

namespace Muster.Client.Tests.Balancing;

public sealed class ZoneTests
{
    [Theory]
    // instances in the zones a, b and c, and the share that a's callers keep: min(1, 1.4 * 3 * a / all)
    [InlineData(10, 10, 10, 1.0)]
    [InlineData(8, 11, 11, 1.0)]
    [InlineData(5, 10, 10, 0.84)]
    [InlineData(1, 10, 10, 0.2)]
    [InlineData(1, 1, 0, 1.0)]
    [InlineData(0, 5, 5, 0.0)]
    [InlineData(20, 1, 1, 1.0)]
    public void Pick_ZonesOfSizes_OwnZoneKeepsWhatItCanBear(int a, int b, int c, double kept)
    {
        using Fleet fleet = new Fleet("random", zone: "a").Of(Zones(("a", a), ("b", b), ("c", c)));

        Assert.Equal(kept, ShareOf(fleet, "a"), 0.005);
    }

    [Fact]
    public void Pick_HalfOfTheZoneFails_SpillsUntilItIsBack()
    {
        ServiceInstance[] all = Zones(("a", 4), ("b", 4), ("c", 4));
        using Fleet fleet = new Fleet("round_robin", zone: "a").Of(all);
        Assert.Equal(1, ShareOf(fleet, "a"));
        Assert.False(fleet.Balancer.Spills);

        fleet.Of(all.Select((instance, i) => i < 2 ? instance with { Health = InstanceHealth.Critical } : instance));
        Assert.Equal(1.4 * 3 * 2 / 10, ShareOf(fleet, "a"), 0.005);
        Assert.True(fleet.Balancer.Spills);

        // the zone is still one of three although nothing of it is usable
        fleet.Of(all.Select((instance, i) => i < 4 ? instance with { Health = InstanceHealth.Critical } : instance));
        Assert.Equal(0, ShareOf(fleet, "a"));
        Assert.Equal(0.5, ShareOf(fleet, "b"), 0.005);

        fleet.Of(all);
        Assert.Equal(1, ShareOf(fleet, "a"));
    }

    [Fact]
    public void Pick_SpillingZones_GetNothingFromOthers()
    {
        // c is as small as a and sends its own callers elsewhere: a's go to b
        using Fleet fleet = new Fleet("round_robin", zone: "a").Of(Zones(("a", 1), ("b", 10), ("c", 1)));

        Assert.Equal(1.4 * 3 / 12, ShareOf(fleet, "a"), 0.005);
        Assert.Equal(0, ShareOf(fleet, "c"));
    }

    [Fact]
    public void Pick_AllZonesSpillAlike_NoInstanceGetsMoreThanTheFactorAllows()
    {
        (string Zone, int Count)[] sizes = [("a", 2), ("b", 9), ("c", 10)];
        double[] load = new double[21];
        foreach ((string zone, _) in sizes)
        {
            using Fleet fleet = new Fleet("random", zone: zone).Of(Zones(sizes));
            foreach ((int instance, double share) in fleet.Shares(100_000))
            {
                load[instance] += share / 3;
            }
        }

        Assert.All(load, share => Assert.InRange(share * 21, 0.7, 1.45));
    }

    [Fact]
    public void Pick_Weights_CountAsCapacity()
    {
        using Fleet fleet = new Fleet("weighted", zone: "a").Of(
            Fleet.Instance(0, 10, "a"), Fleet.Instance(1, 50, "b"), Fleet.Instance(2, 50, "b"));

        Assert.Equal(1.4 * 2 * 10 / 110, ShareOf(fleet, "a"), 0.005);
    }

    [Fact]
    public void Pick_Regions_ZoneThenRegionThenWorld()
    {
        ServiceInstance[] instances =
        [
            Fleet.Instance(0, 1, "a", "eu"), Fleet.Instance(1, 1, "b", "eu"),
            .. Enumerable.Range(2, 8).Select(i => Fleet.Instance(i, 1, "a", "us")),
        ];
        using Fleet fleet = new Fleet("random", zone: "a", region: "eu").Of(instances);

        // the region keeps 1.4 * 2 * 2 / 10 of its calls; zone a could keep all of its own, and has what the region keeps
        Assert.Equal(0.56, fleet.Shares(50_000)[0], 0.01);
        Assert.Equal(0, fleet.Shares(50_000).GetValueOrDefault(1));
        Assert.Equal(0.44, ShareOf(fleet, "a") - fleet.Shares(50_000)[0], 0.01);

        using Fleet elsewhere = new Fleet("random", zone: "c", region: "eu").Of(instances);
        Assert.Equal(0.56, elsewhere.Shares(50_000).Where(share => share.Key < 2).Sum(share => share.Value), 0.01);
    }

    [Fact]
    public void Pick_RegionOfOneNameInOtherZones_ZonesOfTwoRegionsAreNotMixedUp()
    {
        using Fleet fleet = new Fleet("random", zone: "a", region: "eu").Of(
            Fleet.Instance(0, 1, "a", "us"), Fleet.Instance(1, 1, "b", "eu"), Fleet.Instance(2, 1, "b", "eu"));

        Assert.Equal([1, 2], fleet.Shares(200).Keys.Order());
    }

    [Fact]
    public void Pick_InstancesWithoutZones_AreAllNear()
    {
        using Fleet fleet = new Fleet("round_robin", zone: "a", region: "eu").Of(Fleet.Instances(4));

        Assert.Equal(4, fleet.Shares(100).Count);
        Assert.False(fleet.Balancer.Spills);
    }

    [Theory]
    [InlineData("", "", true)]
    [InlineData("a", "", false)]
    public void Pick_NoPreference_AllZonesAlike(string zone, string region, bool prefer)
    {
        using Fleet fleet = new Fleet("round_robin", options => options.Zone.Prefer = prefer, zone, region).Of(Zones(("a", 1), ("b", 3)));

        Assert.Equal(0.25, ShareOf(fleet, "a"), 0.01);
    }

    [Fact]
    public void Pick_StickyKeyWhileSpilling_StaysWhereItIs()
    {
        using Fleet fleet = new Fleet("consistent_hash", zone: "a").Of(Zones(("a", 2), ("b", 10)));
        PickContext[] keys = [.. Enumerable.Range(0, 1_000).Select(i => new PickContext(StickyKey.Hash(i), Tried: null))];
        Target[] first = Array.ConvertAll(keys, key => fleet.Balancer.Pick(key)!);

        Assert.Equal(1.4 * 2 * 2 / 12, first.Count(target => target.Instance.Zone == "a") / 1_000.0, 0.06);
        Assert.All(keys.Zip(first), pick => Assert.Same(pick.Second, fleet.Balancer.Pick(pick.First)));
    }

    private static ServiceInstance[] Zones(params (string Zone, int Count)[] zones)
    {
        int next = 0;
        return [.. zones.SelectMany(zone => Enumerable.Range(0, zone.Count).Select(_ => Fleet.Instance(next++, zone: zone.Zone)))];
    }

    private static double ShareOf(Fleet fleet, string zone) =>
        fleet.Count(20_000).Where(count => count.Key.Instance.Zone == zone).Sum(count => count.Value) / 20_000.0;
}
