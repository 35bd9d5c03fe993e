using FsCheck;
using FsCheck.Fluent;
using Muster.Model;

namespace Muster.Catalog.Tests.Preservation;

/// <summary>
/// Random populations of which random parts fall silent at once, against the rule as one would say it: more than the
/// threshold of enough is held, exactly the others expire.
/// </summary>
public class HoldModelTests
{
    private const int Threshold = 15;
    private const int MinExpected = 20;
    private const double Ttl = 20;

    [Fact]
    public void RandomPopulations_HeldAndExpiredAsTheRuleSays() =>
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(150).WithQuietOnSuccess(true), Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
        {
            string? difference = Run(new Random(seed));
            Assert.True(difference is null, $"seed {seed}: {difference}");
        }));

    private static string? Run(Random random)
    {
        var fleet = new Fleet(new CatalogHarness(random.Next()));
        var groups = new List<Group>();
        int zones = random.Next(1, 4);
        for (int i = random.Next(1, 5); i > 0; i--)
        {
            string zone = zones == 1 ? "" : $"z{random.Next(zones)}", service = $"s{random.Next(3)}";
            List<Fleet.Member> members = fleet.Start(
                service, random.Next(1, random.Next(2) == 0 ? 12 : 60), Ttl, interval: 2 + (4 * random.NextDouble()), zone, lease: true);
            groups.Add(new Group(service, zone, members));
        }

        fleet.Run(15);
        foreach (Group group in groups)
        {
            Strike(fleet, group, random);
        }

        // killed and started again under other ids: without zones, so that it does not matter whom they make up for
        int newcomers = zones == 1 ? random.Next(3) * random.Next(10) : 0;
        fleet.Run(0.2);
        if (newcomers > 0)
        {
            fleet.Start(groups[0].Service, newcomers, Ttl, 3, lease: true);
        }

        List<string> held = HeldScopes(groups, newcomers);
        fleet.Run(Ttl + 1);
        List<string> shown = [.. fleet.View.Holds.Select(hold => hold.Scope).Order(StringComparer.Ordinal)];
        if (!held.SequenceEqual(shown))
        {
            return $"holds [{string.Join(',', shown)}] instead of [{string.Join(',', held)}]: {string.Join("; ", groups)}, {newcomers} newcomers";
        }

        foreach (Group group in groups)
        {
            bool isHeld = held.Contains("all") || held.Contains($"zone:{group.Zone}");
            foreach (Fleet.Member member in group.Members)
            {
                if (fleet.Harness.Find(member.Id) is null != (group.Gone.Contains(member) || (group.Silent.Contains(member) && !isHeld)))
                {
                    return $"{member.Id} is {(fleet.Harness.Find(member.Id) is null ? "gone" : "there")}: {string.Join("; ", groups)}";
                }
            }
        }

        return null;
    }

    /// <summary>Some of a group die, and some leave in order.</summary>
    private static void Strike(Fleet fleet, Group group, Random random)
    {
        // often next to the threshold, where mistakes live
        int silent = random.Next(3) switch
        {
            0 => random.Next(group.Members.Count + 1),
            1 => Math.Min(group.Members.Count, (group.Members.Count * Threshold / 100) + random.Next(2)),
            _ => 0,
        };
        group.Silent.UnionWith(group.Members.OrderBy(_ => random.Next()).Take(silent));
        group.Gone.UnionWith(group.Members.Where(member => random.Next(10) == 0));
        group.Silent.ExceptWith(group.Gone);
        foreach (Fleet.Member member in group.Gone)
        {
            Assert.True(fleet.Catalog.Deregister(member.Node, member.Id, "scaled down").Ok);
        }

        fleet.Kill([.. group.Silent, .. group.Gone]);
        foreach (Fleet.Member member in group.Members.Where(_ => random.Next(5) == 0).Except(group.Gone))
        {
            fleet.Catalog.SetState(member.Node, member.Id, InstanceState.OutOfService, "");
        }
    }

    private static List<string> HeldScopes(List<Group> groups, int newcomers)
    {
        var held = new List<string>();
        int expected = groups.Sum(group => group.Expected) + newcomers;
        int madeUpFor = Math.Min(newcomers, groups.Where(group => group.Service == groups[0].Service).Sum(group => group.Silent.Count));
        Judge("all", expected, groups.Sum(group => group.Silent.Count) - madeUpFor);
        foreach (IGrouping<string, Group> zone in groups.Where(group => group.Zone.Length > 0).GroupBy(group => group.Zone).OrderBy(zone => zone.Key, StringComparer.Ordinal))
        {
            // one that is all there is says nothing that "all" does not
            if (zone.Sum(group => group.Expected) < expected)
            {
                Judge($"zone:{zone.Key}", zone.Sum(group => group.Expected), zone.Sum(group => group.Silent.Count));
            }
        }

        return held;

        void Judge(string scope, int of, int missed)
        {
            if (of >= MinExpected && missed * 100 > Threshold * of)
            {
                held.Add(scope);
            }
        }
    }

    private sealed record Group(string Service, string Zone, List<Fleet.Member> Members)
    {
        public HashSet<Fleet.Member> Silent { get; } = [];

        public HashSet<Fleet.Member> Gone { get; } = [];

        public int Expected => Members.Count - Gone.Count;

        public override string ToString() => $"{Service}/{Zone}: {Silent.Count} of {Expected} silent";
    }
}
