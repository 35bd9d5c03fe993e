namespace Muster.Simulation;

/// <summary>The simulation bites: each bug planted is found within a few seeds, by the invariant it breaks.</summary>
public sealed class PlantedBugTests(ITestOutputHelper output)
{
    private const int MostSeeds = 20;

    [Theory]
    [InlineData(nameof(PlantedBug.HeartbeatMovesIndex), "W4")]
    [InlineData(nameof(PlantedBug.LeasesRunFast), "S3")]
    [InlineData(nameof(PlantedBug.LeasesOnWallClock), "S3")]
    [InlineData(nameof(PlantedBug.PauseBlamedOnInstances), "S3")]
    [InlineData(nameof(PlantedBug.NothingExpires), "S3")]
    [InlineData(nameof(PlantedBug.WakeLost), "S5")]
    [InlineData(nameof(PlantedBug.WakeForNothing), "W4")]
    [InlineData(nameof(PlantedBug.AcknowledgedTooSoon), "S1")]
    [InlineData(nameof(PlantedBug.ChangeNotLogged), "S")]
    [InlineData(nameof(PlantedBug.TornRecordTaken), "S1")]
    [InlineData(nameof(PlantedBug.RemovalForgottenAtRestart), "S2")]
    [InlineData(nameof(PlantedBug.LateWriteResurrects), "S2")]
    [InlineData(nameof(PlantedBug.IndexBackAfterRestart), "S4")]
    [InlineData(nameof(PlantedBug.EpochLost), "S6")]
    [InlineData(nameof(PlantedBug.StateForgottenAtRestart), "S2")]
    public void Lives_WithABugPlanted_AreFoundOut(string bug, string invariant)
    {
        for (int seed = 1; seed <= MostSeeds; seed++)
        {
            if (SimulationRun.Try(seed, Enum.Parse<PlantedBug>(bug)) is { } failure)
            {
                output.WriteLine($"{bug}: {failure.Split('\n')[0]}");
                Assert.Contains(": " + invariant, failure, StringComparison.Ordinal);
                return;
            }
        }

        Assert.Fail($"{bug} lived through {MostSeeds} seeds unnoticed");
    }
}
