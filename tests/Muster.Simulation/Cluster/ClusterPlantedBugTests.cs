using System.Globalization;

namespace Muster.Simulation.Cluster;

/// <summary>
/// The simulation of the cluster bites: each bug planted is found within a median of 50 seeds, by the invariant it breaks.
/// <c>MUSTER_CLUSTER_SERIES</c> says in how many series of seeds each is looked for (default 1; the design page has
/// what several series found).
/// </summary>
public sealed class ClusterPlantedBugTests(ITestOutputHelper output)
{
    private const int MostSeeds = 50;

    [Theory]
    [InlineData(nameof(ClusterBug.ArrivalOrder), "S2")]
    [InlineData(nameof(ClusterBug.NoTombstone), "S2")]
    [InlineData(nameof(ClusterBug.TombstoneDroppedEarly), "S2")]
    [InlineData(nameof(ClusterBug.RenewalResurrects), "S2")]
    [InlineData(nameof(ClusterBug.LostOwnerExpiresAtOnce), "S3")]
    [InlineData(nameof(ClusterBug.OwnerGoneTooSoon), "S3")]
    [InlineData(nameof(ClusterBug.OwnerFlips), "S3")]
    [InlineData(nameof(ClusterBug.FormerOwnerExpires), "S2")]
    [InlineData(nameof(ClusterBug.LateCriticalWins), "S")]
    [InlineData(nameof(ClusterBug.StatusInArrivalOrder), "S2")]
    [InlineData(nameof(ClusterBug.WallClockInLease), "S")]
    [InlineData(nameof(ClusterBug.FarAheadWins), "S2")]
    [InlineData(nameof(ClusterBug.IndexRestartsLow), "S4")]
    [InlineData(nameof(ClusterBug.BucketSkipped), "S")]
    [InlineData(nameof(ClusterBug.MinorityAdopts), "S")]
    [InlineData(nameof(ClusterBug.NoRefutation), "S3")]
    [InlineData(nameof(ClusterBug.MergedNotJournaled), "S1")]
    [InlineData(nameof(ClusterBug.DuplicateApplied), "S2")]
    [InlineData(nameof(ClusterBug.RenewalsNotForwarded), "S3")]
    [InlineData(nameof(ClusterBug.PauseBlamedOnInstances), "S3")]
    [InlineData(nameof(ClusterBug.LeasesRunBeforeReady), "S3")]
    [InlineData(nameof(ClusterBug.WakeLost), "S5")]
    [InlineData(nameof(ClusterBug.CacheEmptiedWithTheConnection), "S8")]
    [InlineData(nameof(ClusterBug.LossBelieved), "S8")]
    [InlineData(nameof(ClusterBug.DeregistrationIgnored), "S9")]
    [InlineData(nameof(ClusterBug.ListMerged), "S9")]
    [InlineData(nameof(ClusterBug.LateServerBelieved), "S9")]
    [InlineData(nameof(ClusterBug.OutdatedFormBelieved), "S9")]
    public void Clusters_WithABugPlanted_AreFoundOut(string name, string invariant)
    {
        ClusterBug bug = Enum.Parse<ClusterBug>(name);
        int series = int.TryParse(Environment.GetEnvironmentVariable("MUSTER_CLUSTER_SERIES"), CultureInfo.InvariantCulture, out int asked) ? asked : 1;
        int[] needed = new int[series];
        string[] found = new string[series];
        Parallel.For(0, series, Cores.OneLifeOnEach, each =>
        {
            found[each] = "nothing";
            needed[each] = MostSeeds + 1;
            for (int i = 1; i <= MostSeeds; i++)
            {
                if (ClusterRun.Try((each + 1) * 1000 + i, ClusterSeed.Few, bug) is { } failure)
                {
                    (needed[each], found[each]) = (i, failure);
                    return;
                }
            }
        });
        int median = needed.Order().ElementAt(series / 2);
        output.WriteLine($"{name}: found at seed {string.Join(", ", needed.Order())} of {series} series, median {median}; e.g. {found[0].Split('\n')[0]}");
        Assert.True(median <= MostSeeds, $"{name} lived through {MostSeeds} seeds unnoticed");
        Assert.All(found.Where(failure => failure != "nothing"), failure => Assert.StartsWith(invariant, failure, StringComparison.Ordinal));
    }
}
