using Muster.Client.Balancing;

namespace Muster.Client.Tests.Balancing;

public sealed class BuildingBlockTests
{
    [Theory]
    [InlineData(1u)]
    [InlineData(2u)]
    [InlineData(3u)]
    [InlineData(1_000u)]
    [InlineData(65_537u)]
    [InlineData(uint.MaxValue)]
    public void FastMod_AnyValue_IsTheRemainder(uint divisor)
    {
        var modulo = new FastMod(divisor);
        var random = new Random(1);
        uint[] edges = [0, 1, divisor - 1, divisor, divisor + 1, uint.MaxValue - 1, uint.MaxValue];

        Assert.All(edges.Concat(Enumerable.Range(0, 10_000).Select(_ => (uint)random.NextInt64())), value => Assert.Equal(value % divisor, modulo.Of(value)));
    }

    [Fact]
    public void AliasTable_RandomBits_DrawsByWeight()
    {
        double[] weights = [1, 2, 3, 10, 0.5, 100];
        AliasTable table = AliasTable.Of(weights);
        var random = new PickRandom(new Random(7));
        var counts = new int[weights.Length];
        for (int i = 0; i < 200_000; i++)
        {
            counts[table.Draw(random.Next())]++;
        }

        ChiSquare.AssertPlausible(counts, weights);
    }

    [Fact]
    public void AliasTable_EqualWeights_CutsTheIntervalEvenly()
    {
        AliasTable table = AliasTable.Of([3, 3, 3, 3]);

        Assert.Equal([0, 0, 1, 1, 2, 2, 3, 3], Enumerable.Range(0, 8).Select(i => table.Draw(((ulong)i << 61) + 5)));
        Assert.Equal(3, table.Draw(ulong.MaxValue));
    }

    [Fact]
    public void PickRandom_ManyNumbers_AreEvenAndIndependentOfTheLast()
    {
        var random = new PickRandom(new Random(3));
        var singles = new int[50];
        var pairs = new int[100];
        int before = 0;
        for (int i = 0; i < 200_000; i++)
        {
            int number = random.Next(50);
            singles[number]++;
            pairs[(before % 10 * 10) + (number % 10)]++;
            before = number;
        }

        ChiSquare.AssertPlausible(singles, [.. Enumerable.Repeat(1.0, singles.Length)]);
        ChiSquare.AssertPlausible(pairs, [.. Enumerable.Repeat(1.0, pairs.Length)]);
    }

    [Fact]
    public void PickRandom_BothHalvesOfANumber_AreIndependent()
    {
        var random = new PickRandom(new Random(4));
        var cells = new int[100];
        for (int i = 0; i < 200_000; i++)
        {
            ulong bits = random.Next();
            cells[((uint)bits % 10 * 10) + ((bits >> 32) % 10)]++;
        }

        ChiSquare.AssertPlausible(cells, [.. Enumerable.Repeat(1.0, cells.Length)]);
    }

    [Fact]
    public void StickyKey_SameKey_SameHashInEveryProcess()
    {
        // written down once: other values would send every key of a running fleet elsewhere
        Assert.Equal(0x1346BEE1942A52EFUL, StickyKey.Hash("tenant-42"));
        Assert.Equal(0x44E25223F285DE8FUL, StickyKey.Hash("tenant-42"u8));
        Assert.Equal(0x28EFE333B266F103UL, StickyKey.Hash(42));
        Assert.Equal(0x35CA2B9EBE9F703CUL, StickyKey.Of(Fleet.Instance(1)));
    }

    [Fact]
    public void StickyKey_ManyKeys_DifferAndSpread()
    {
        ulong[] hashes = [.. Enumerable.Range(0, 100_000).Select(i => StickyKey.Hash($"tenant-{i}")), .. Enumerable.Range(0, 100_000).Select(i => StickyKey.Hash(i))];

        Assert.Equal(hashes.Length, hashes.Distinct().Count());
        ChiSquare.AssertPlausible([.. hashes.CountBy(hash => hash >> 58).OrderBy(count => count.Key).Select(count => count.Value)], [.. Enumerable.Repeat(1.0, 64)]);
        Assert.DoesNotContain(0UL, hashes);
        Assert.NotEqual(StickyKey.Hash("a\0"), StickyKey.Hash("a"));
        Assert.NotEqual(0UL, StickyKey.Hash(""));
    }

    [Fact]
    public void PeakEwma_SlowCall_CountsAtOnceAndIsForgottenByHalvesInFiveSeconds()
    {
        var latency = new PeakEwma();
        Assert.False(latency.HasData);

        latency.Observe(TimeSpan.FromMilliseconds(1), failed: false, 1_000);
        latency.Observe(TimeSpan.FromMilliseconds(100), failed: false, 1_001);
        Assert.Equal(100_000, latency.Read(1_001), 1.0);
        Assert.Equal(50_000, latency.Read(6_001), 1.0);
        Assert.Equal(25_000, latency.Read(11_001), 1.0);

        latency.Observe(TimeSpan.FromMilliseconds(1), failed: false, 6_001);
        Assert.Equal(50_500, latency.Read(6_001), 1.0);
        Assert.Equal(0, latency.Read(6_001 + 200_000));
    }

    [Fact]
    public void PeakEwma_ClockWrapsOrGoesBack_StaysSane()
    {
        var latency = new PeakEwma();
        latency.Observe(TimeSpan.FromMilliseconds(8), failed: false, uint.MaxValue - 1_000);
        Assert.Equal(4_000, latency.Read(3_999), 10.0);

        latency.Observe(TimeSpan.FromMilliseconds(8), failed: false, 5_000);
        Assert.Equal(8_000, latency.Read(4_990), 1.0);
    }
}
