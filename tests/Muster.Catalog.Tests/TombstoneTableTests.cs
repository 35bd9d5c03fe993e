using FsCheck;
using FsCheck.Fluent;
using Muster.Model;

namespace Muster.Catalog.Tests;

/// <summary>The table against a plain list of what was added.</summary>
public class TombstoneTableTests
{
    private const int Most = 12;

    private static readonly TimeSpan Age = TimeSpan.FromMinutes(10), Longest = TimeSpan.FromMinutes(40);

    [Fact]
    public void AnyHistory_KeepsTheNewestAndSetsTheOldAside()
    {
        Gen<(int Act, int Id, int Seconds)> step = from act in Gen.Choose(0, 9) from id in Gen.Choose(0, 20) from seconds in Gen.Choose(0, 240) select (act, id, seconds);
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(50).WithQuietOnSuccess(true), Prop.ForAll(Gen.ListOf(step).Resize(300).ToArbitrary(), steps =>
        {
            var compared = new HashSet<Tombstone>(ReferenceEqualityComparer.Instance);
            var table = new TombstoneTable(Age, Longest, Most, setAside => Assert.True(compared.Remove(setAside)), dropped => compared.Remove(dropped));
            var model = new Dictionary<string, Tombstone>();
            DateTimeOffset now = DateTimeOffset.UnixEpoch.AddYears(50);
            long number = 0;
            foreach ((int act, int id, int seconds) in steps)
            {
                now += TimeSpan.FromSeconds(seconds);
                switch (act)
                {
                    case 0:
                        table.KeepsAside = !table.KeepsAside;
                        break;
                    case 1:
                        compared.RemoveWhere(tombstone => tombstone.InstanceId == $"i{id}");
                        table.Remove("N", $"i{id}");
                        model.Remove($"i{id}");
                        break;
                    default:
                        var next = new Tombstone("n", $"i{id}", new EntryVersion(VersionClock.Microseconds(now - TimeSpan.FromSeconds(act)) + ++number, 1), id % 2);
                        compared.RemoveWhere(tombstone => tombstone.InstanceId == next.InstanceId);
                        compared.Add(next);
                        table.Add(next);
                        model[next.InstanceId] = next;
                        break;
                }

                table.Age(now);
                TimeSpan kept = table.KeepsAside ? Longest : Age;
                foreach (Tombstone gone in model.Values.Where(tombstone => tombstone.Version.Clock < Minute(now - kept))
                    .Concat(model.Values.OrderByDescending(tombstone => tombstone.Version).Skip(Most)).ToList())
                {
                    model.Remove(gone.InstanceId);
                }

                Assert.Equal(model.Values.OrderBy(tombstone => tombstone.Version), table.All.OrderBy(tombstone => tombstone.Version));
                Assert.Equal(
                    model.Values.Where(tombstone => tombstone.Version.Clock >= Minute(now - Age)).OrderBy(tombstone => tombstone.Version),
                    compared.OrderBy(tombstone => tombstone.Version));
                Assert.All(model.Values, tombstone => Assert.Equal(tombstone.Epoch, table.EpochOf("N", tombstone.InstanceId)));
            }
        }));
    }

    [Fact]
    public void Add_OfOneThatComesAndGoesAllTheTime_PushesNobodyOut()
    {
        var table = new TombstoneTable(Age, Longest, 100);
        table.Add(new Tombstone("n", "other", new EntryVersion(1, 1)));
        for (int i = 2; i < 100_000; i++)
        {
            table.Remove("n", "flapping");
            table.Add(new Tombstone("n", "flapping", new EntryVersion(i, 1)));
        }

        Assert.True(table.TryGet("n", "other", out _));
        Assert.Equal(2, table.Count);
    }

    [Fact]
    public void Age_OfOneThatIsHeld_KeepsItComparedUntilItIsAddedAnew()
    {
        DateTimeOffset now = DateTimeOffset.UnixEpoch.AddYears(50);
        var aside = new List<Tombstone>();
        bool isHeld = true;
        var table = new TombstoneTable(Age, Longest, 2, aside.Add, isHeld: tombstone => isHeld && tombstone.InstanceId.Length == 0);
        var node = new Tombstone("n", "", new EntryVersion(VersionClock.Microseconds(now), 1));
        table.Add(node);
        table.Age(now + Longest + Longest);
        for (int i = 0; i < 3; i++)
        {
            table.Add(new Tombstone("n", $"i{i}", new EntryVersion(VersionClock.Microseconds(now + Age) + i, 1)));
        }

        Assert.True(table.TryGet("n", "", out _));
        Assert.Equal((2, 0), (table.Count, aside.Count));
        isHeld = false;
        table.Add(node with { });
        table.Age(now + Age + TimeSpan.FromMinutes(1));
        Assert.Equal("i2", Assert.Single(table.All).InstanceId);
        Assert.Single(aside);
    }

    private static long Minute(DateTimeOffset time) => VersionClock.Microseconds(time) / 60_000_000 * 60_000_000;
}
