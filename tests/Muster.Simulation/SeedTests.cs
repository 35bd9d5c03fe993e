using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Muster.Simulation;

/// <summary>
/// Simulated lives of one server. <c>MUSTER_TEST_SEED</c> lives one of them again, with its trace;
/// <c>MUSTER_SIMULATION_SEEDS</c> says how many to live (default 1000).
/// </summary>
public sealed class SeedTests(ITestOutputHelper output)
{
    private const int DefaultSeeds = 1000;

    [Fact]
    public void Lives_OfManySeeds_KeepTheInvariants()
    {
        if (Number("MUSTER_TEST_SEED") is { } only)
        {
            foreach (string line in SimulationRun.Trace(only))
            {
                output.WriteLine(line);
            }

            Assert.Null(SimulationRun.Try(only));
            return;
        }

        Assert.SkipUnless(string.IsNullOrEmpty(Environment.GetEnvironmentVariable("MUSTER_TEST_SEED")), "a seed of a cluster is lived again");
        int seeds = Number("MUSTER_SIMULATION_SEEDS") ?? DefaultSeeds;
        int first = Number("MUSTER_SIMULATION_FIRST") ?? 1;
        var failures = new ConcurrentBag<string>();
        var clock = Stopwatch.StartNew();
        Parallel.For(first, first + seeds, Cores.OneLifeOnEach, (seed, loop) =>
        {
            if (SimulationRun.Try(seed) is { } failure)
            {
                failures.Add(failure);
                if (failures.Count >= 3)
                {
                    loop.Stop();
                }
            }
        });
        output.WriteLine($"{seeds} seeds from {first} in {clock.Elapsed.TotalSeconds:0.0} s");
        Assert.True(failures.IsEmpty, string.Join("\n\n", failures) + "\n\n./test.sh --seed N lives one of them again");
    }

    [Fact]
    public void Lives_OfSeedsThatOnceFailed_KeepTheInvariants() => Assert.All(
        FailingSeeds.All.Where(name => char.IsAsciiDigit(name[0])),
        name => Assert.Null(SimulationRun.Try(int.Parse(name, CultureInfo.InvariantCulture))));

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out int value) ? value : null;
}
