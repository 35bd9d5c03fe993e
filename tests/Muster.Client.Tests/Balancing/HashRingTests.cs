using FsCheck;
using FsCheck.Fluent;
using Muster.Client.Balancing;
using Muster.Client.Balancing.Policies;

namespace Muster.Client.Tests.Balancing;

public sealed class HashRingTests
{
    [Fact]
    public void Of_PreviousRing_SameAsMadeAnew() =>
        Check.QuickThrowOnFailure(Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            HashRing? ring = null;
            for (int round = 0; round < 4; round++)
            {
                ulong[] seeds = [.. Enumerable.Range(0, 20).Where(_ => random.Next(3) > 0).Select(i => StickyKey.Hash(i))];
                seeds = seeds.Length == 0 ? [1] : seeds;
                int[] counts = Array.ConvertAll(seeds, _ => 8 << random.Next(2));
                ring = HashRing.Of(seeds, counts, ring);
                HashRing anew = HashRing.Of(seeds, counts);
                if (!Owners(ring).SequenceEqual(Owners(anew)) || ring.Count != counts.Sum())
                {
                    return false;
                }
            }

            return true;
        }));

    [Fact]
    public void Of_NothingChanged_IsTheSameRing()
    {
        HashRing ring = HashRing.Of([1, 2], [16, 16]);

        Assert.Same(ring, HashRing.Of([1, 2], [16, 16], ring));
        Assert.NotSame(ring, HashRing.Of([1, 3], [16, 16], ring));
    }

    [Fact]
    public void Find_AnyHash_IsTheNextPointOrTheFirst()
    {
        HashRing ring = HashRing.Of([StickyKey.Hash(1), StickyKey.Hash(2), StickyKey.Hash(3)], [40, 40, 40]);
        ulong[] points = [.. Enumerable.Range(1, 3).SelectMany(target => Enumerable.Range(0, 40).Select(i => StickyKey.Mix(StickyKey.Hash(target) + (ulong)i))).Order()];

        foreach (ulong hash in Enumerable.Range(0, 5_000).Select(i => StickyKey.Hash(-i)).Concat(points).Concat([0UL, ulong.MaxValue, points[^1], points[^1] + 1]))
        {
            int expected = Array.FindIndex(points, point => point >= hash);
            Assert.Equal(Math.Max(expected, 0), ring.Find(hash));
        }
    }

    private static IEnumerable<int> Owners(HashRing ring) => Enumerable.Range(0, 2_000).Select(i => ring.OwnerOf(ring.Find(StickyKey.Hash(i))));
}
