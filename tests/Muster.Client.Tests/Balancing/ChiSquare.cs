namespace Muster.Client.Tests.Balancing;

/// <summary>Whether counts are what chance makes of expected shares.</summary>
internal static class ChiSquare
{
    /// <summary>Fails if a deviation like this one would come up once in a million times by chance.</summary>
    public static void AssertPlausible(IReadOnlyList<int> counts, IReadOnlyList<double> shares)
    {
        double all = counts.Sum();
        double sum = shares.Sum();
        double statistic = counts.Zip(shares, (count, share) => Math.Pow(count - (all * share / sum), 2) / (all * share / sum)).Sum();

        // Wilson and Hilferty: the cube root of chi-square by its degrees of freedom is nearly normal
        double freedom = counts.Count - 1;
        double limit = freedom * Math.Pow(1 - (2 / (9 * freedom)) + (4.75 * Math.Sqrt(2 / (9 * freedom))), 3);
        Assert.True(statistic < limit, $"chi-square {statistic:0.0} of {counts.Count} counts, limit {limit:0.0}: {string.Join(' ', counts)}");
    }
}
