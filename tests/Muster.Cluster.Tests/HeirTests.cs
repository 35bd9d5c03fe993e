namespace Muster.Cluster.Tests;

public class HeirTests
{
    [Fact]
    public void Heirs_AreSpreadEvenlyAndMoveOnlyFromTheOneThatIsGone()
    {
        uint[] all = [11, 222, 3333, 44444];
        var counts = new Dictionary<uint, int>();
        for (ulong key = 0; key < 40_000; key++)
        {
            uint heir = ClusterRules.Default.Heir(key * 0x9e3779b97f4a7c15, all);
            counts[heir] = counts.GetValueOrDefault(heir) + 1;
            uint without = ClusterRules.Default.Heir(key * 0x9e3779b97f4a7c15, [11, 222, 44444]);
            Assert.True(heir == 3333 || heir == without);
        }

        Assert.All(all, origin => Assert.InRange(counts[origin], 9500, 10_500));
    }

    [Theory]
    [InlineData(1, 1, true)]
    [InlineData(1, 2, false)]
    [InlineData(2, 3, true)]
    [InlineData(2, 4, false)]
    [InlineData(3, 5, true)]
    public void Majority_IsMoreThanHalf(int inSight, int known, bool majority) =>
        Assert.Equal(majority, ClusterRules.Default.HasMajority(inSight, known));
}
