using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Muster.Simulation.Cluster;

/// <summary>
/// Simulated lives of whole clusters. <c>MUSTER_TEST_SEED</c> lives one of them again, with its trace (<c>c17</c>, or
/// <c>C17</c> with many instances); <c>MUSTER_CLUSTER_SEEDS</c> says how many to live, one in twenty with many instances, and
/// <c>MUSTER_CLUSTER_FIRST</c> which is the first. The build machine lives a thousand.
/// </summary>
public sealed class ClusterSeedTests(ITestOutputHelper output)
{
    /// <summary>A minute of two cores: for who changes something and wants to know soon.</summary>
    private const int DefaultSeeds = 200;

    private const int OneInManyInstances = 20;
    private const int MostFailures = 3;

    [Fact]
    public void Clusters_OfManySeeds_KeepTheInvariants()
    {
        string? only = Environment.GetEnvironmentVariable("MUSTER_TEST_SEED");
        if (ClusterSeed.TryParse(only, out int seed, out int instances))
        {
            foreach (string line in ClusterRun.Trace(seed, instances))
            {
                output.WriteLine(line);
            }

            Assert.Null(ClusterRun.Try(seed, instances, ClusterBug.None));
            return;
        }

        Assert.SkipUnless(string.IsNullOrEmpty(only), "a seed of one server is lived again");
        int seeds = Number("MUSTER_CLUSTER_SEEDS") ?? DefaultSeeds;
        int first = Number("MUSTER_CLUSTER_FIRST") ?? 1;
        var failures = new ConcurrentBag<string>();
        var tally = new Tally();
        var clock = Stopwatch.StartNew();
        // the long ones first, so that no core ends with one of them when the others have nothing left to do
        IEnumerable<int> all = Enumerable.Range(first, seeds).OrderBy(each => InstancesOf(each) == ClusterSeed.Few);
        Parallel.ForEach(Partitioner.Create(all, EnumerablePartitionerOptions.NoBuffering), Cores.OneLifeOnEach, (each, loop) =>
        {
            if (ClusterRun.Try(each, InstancesOf(each), ClusterBug.None, tally) is { } failure)
            {
                failures.Add(failure);
                if (failures.Count >= MostFailures)
                {
                    loop.Stop();
                }
            }
        });
        Report(seeds, tally, clock.Elapsed);
        Assert.True(failures.IsEmpty, string.Join("\n\n", failures) + "\n\n./test.sh --seed cN lives one of them again");
    }

    [Fact]
    public void Clusters_OfSeedsThatOnceFailed_KeepTheInvariants() => Assert.All(
        FailingSeeds.All.Where(name => ClusterSeed.TryParse(name, out _, out _)),
        name => Assert.Null(ClusterSeed.TryParse(name, out int seed, out int instances) ? ClusterRun.Try(seed, instances, ClusterBug.None) : name));

    private static int InstancesOf(int seed) => seed % OneInManyInstances == 0 ? ClusterSeed.Many : ClusterSeed.Few;

    /// <summary>Says how much was lived: in the output, and in a table that the runner prints.</summary>
    private void Report(int seeds, Tally tally, TimeSpan took)
    {
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"of {seeds} seeds: {tally}; {took.TotalSeconds:0.0} s, {Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds:0.0} s of processors");
        if (tally.Runs < seeds)
        {
            text += string.Create(CultureInfo.InvariantCulture, $". NOT ALL: {MostFailures} failed, and so {seeds - tally.Runs} were not lived");
        }

        output.WriteLine(text);
        Directory.CreateDirectory(Repository.PathOf("artifacts", "failure-tests"));
        File.WriteAllText(Repository.PathOf("artifacts", "failure-tests", "simulation-of-clusters.md"), $"### Simulation of clusters\n\n{text}\n");
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out int value) ? value : null;
}
