using System.Collections.Immutable;

namespace Muster.Client.Balancing;

/// <summary>Divides the picks of a process between its own zone, the rest of its region, and the rest of the world.</summary>
/// <remarks>
/// The registry does not tell who calls, so callers are taken to be spread evenly over the areas that have instances.
/// With A areas, an area's instances get 1/A of the calls if all of them stay; a fair part is the area's part of the
/// usable weight. The area keeps min(1, LoadFactor * A * its usable weight / all usable weight) of its calls: all of them
/// as long as none of its instances gets more than LoadFactor times a fair share. The rest goes to areas that keep all
/// of theirs. The rule is applied to the regions first, then to the zones of the own region.
/// </remarks>
internal sealed class ZonePlan(ZoneOptions options, string ownZone, string ownRegion)
{
    /// <summary>The tiers with a share, nearest first.</summary>
    /// <param name="registered">All targets, usable or not: an area whose instances all failed still has callers.</param>
    /// <param name="usable">What can be picked; at least one.</param>
    public ImmutableArray<Tier> Divide(IReadOnlyCollection<Target> registered, ImmutableArray<WeightedTarget> usable)
    {
        if (!options.Prefer || (ownZone.Length == 0 && ownRegion.Length == 0))
        {
            return [new Tier(1, usable, IsPreferred: true)];
        }

        Dictionary<string, double> regions = KeptParts(registered.Select(target => RegionOf(target.Instance)), usable, RegionOf);
        ImmutableArray<WeightedTarget> inRegion = [.. usable.Where(target => RegionOf(target.Target.Instance) == ownRegion)];
        ImmutableArray<WeightedTarget> abroad = [.. usable.Where(target => RegionOf(target.Target.Instance) != ownRegion)];
        Dictionary<string, double> zones = KeptParts(
            registered.Where(target => RegionOf(target.Instance) == ownRegion).Select(target => target.Instance.Zone), inRegion, ZoneOf);

        double region = Math.Min(1, regions.GetValueOrDefault(ownRegion));
        double zone = ownZone.Length == 0 ? 0 : Math.Min(region, zones.GetValueOrDefault(ownZone));
        bool IsInZone(WeightedTarget target) => ownZone.Length > 0 && ZoneOf(target.Target.Instance) == ownZone;
        Tier[] tiers =
        [
            new(zone, [.. inRegion.Where(IsInZone)], IsPreferred: true),
            new(region - zone, WithRoom(inRegion.RemoveAll(IsInZone), ZoneOf, zones), IsPreferred: ownZone.Length == 0 || !registered.Any(target => target.Instance.Zone.Length > 0)),
            new(1 - region, WithRoom(abroad, RegionOf, regions), IsPreferred: false),
        ];
        return [.. tiers.Where(tier => tier.Share > 0)];
    }

    /// <summary>For each area the part of its own calls that it could bear; above 1 when it has room for others.</summary>
    private Dictionary<string, double> KeptParts(IEnumerable<string> registeredAreas, ImmutableArray<WeightedTarget> usable, Func<ServiceInstance, string> areaOf)
    {
        int areas = registeredAreas.Distinct(StringComparer.Ordinal).Count();
        double all = usable.Sum(target => target.Weight);
        return usable.GroupBy(target => areaOf(target.Target.Instance), StringComparer.Ordinal)
            .ToDictionary(area => area.Key, area => options.LoadFactor * areas * area.Sum(target => target.Weight) / all, StringComparer.Ordinal);
    }

    /// <summary>The targets of areas that keep all their own calls; all targets when there is no such area.</summary>
    private static ImmutableArray<WeightedTarget> WithRoom(
        ImmutableArray<WeightedTarget> targets, Func<ServiceInstance, string> areaOf, Dictionary<string, double> keptParts)
    {
        ImmutableArray<WeightedTarget> withRoom = targets.RemoveAll(target => keptParts[areaOf(target.Target.Instance)] <= 1);
        return withRoom.IsEmpty ? targets : withRoom;
    }

    private static string ZoneOf(ServiceInstance instance) => instance.Zone;

    /// <summary>Without a region of its own, an instance or this process is taken to be where the other is.</summary>
    private string RegionOf(ServiceInstance instance) => ownRegion.Length == 0 || instance.Region.Length == 0 ? ownRegion : instance.Region;
}
