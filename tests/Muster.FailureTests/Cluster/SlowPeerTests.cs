using System.Diagnostics;
using Muster.FailureTests.Cluster.Harness;
using Muster.FailureTests.Cluster.Readers;
using Muster.FailureTests.Processes;
using Muster.FaultProxy;

namespace Muster.FailureTests.Cluster;

/// <summary>One server is stopped, or the way to it is slow: nobody else suffers, and nothing piles up for it.</summary>
[Collection(Measured.Name)]
public sealed class SlowPeerTests(ITestOutputHelper output) : ClusterTest(output)
{
    private const double WritesPerSecond = 300;
    private const string Probe = "probe";

    /// <summary>How often a registration waits its turn: client, listener, journal, disk and client again.</summary>
    private const int TurnsOfAWrite = 5;

    /// <summary>What the machine does meanwhile is not the same twice; waiting for the sick server is.</summary>
    private const int MostMeasurements = 3;

    [Fact]
    public async Task Peer_StoppedOrSlow_RegistrationsElsewhereAndTheirReplicationStayAsTheyWere()
    {
        TimeSpan phase = Seconds(7, 30);
        await using ClusterUnderTest cluster = await StartClusterAsync();
        (ServerProcess first, ServerProcess second, ServerProcess sick) = (cluster.Servers[0], cluster.Servers[1], cluster.Servers[2]);
        var log = new WriteLog();
        await using var stalls = new StallClock();
        var watcher = new WatchReader(second, Probe);
        watcher.Begin();
        await using var load = new WriteLoad([first, second], "slow", WritesPerSecond, log);
        Row warm = await MeasureAsync("warm-up", Seconds(3)), well = await MeasureAsync("all well", phase);
        var rows = new List<Row> { warm, well };
        sick.Pause();
        await AddFairAsync("s3 stopped (SIGSTOP)", phase);
        sick.Resume();
        await AddFairAsync("s3 continued", Seconds(3));
        foreach (ServerProcess other in (ServerProcess[])[first, second])
        {
            cluster.Network.SetBoth(other.Name, sick.Name, Fault.Throttle(8000));
        }

        await AddFairAsync("64 kbit/s to and from s3", phase);
        foreach (ServerProcess other in (ServerProcess[])[first, second])
        {
            cluster.Network.SetBoth(other.Name, sick.Name, Fault.Delay(TimeSpan.FromMilliseconds(300)));
        }

        await AddFairAsync("300 ms later to and from s3", phase);
        cluster.Network.Heal();
        await load.DisposeAsync();
        await watcher.DisposeAsync();
        TimeSpan equal = await cluster.UntilEqualAsync(Seconds(30));
        WriteLog.Difference[] differences = [.. (await Task.WhenAll(cluster.Servers.Select(ClusterUnderTest.ListAsync))).Select(log.Compare)];

        var table = TableOf(
            $"Cluster R6: one peer stopped or slow, {WritesPerSecond} writes/s at the other two",
            "for a while", "registration ms p50 / p99 / longest", "s1 to s2 ms p50 / p99 / longest", "machine's stalls ms p50 / p99", "memory of s1");
        foreach (Row row in rows)
        {
            table.Add(row.What, Text($"{row.Registration.P50:F1} / {row.Registration.P99:F1} / {row.Registration.Longest:F1}"), Text($"{row.Replication.P50:F1} / {row.Replication.P99:F1} / {row.Replication.Longest:F1}"), Text($"{row.Stalls.P50:F1} / {row.Stalls.P99:F1}"), Text($"{row.Memory / 1048576.0:F0} MiB"));
        }

        table.Add("after it", Text($"digests equal {equal.TotalSeconds:F2} s later"), $"{log.Acknowledged} writes, {differences.Sum(difference => difference.Lost.Count)} lost", "", "");
        table.Write();
        Assert.All(differences, difference => difference.AssertNone("a server"));
        foreach (Row row in rows.Skip(2).GroupBy(row => row.What).Select(measured => measured.Last()))
        {
            Assert.InRange(row.Registration.P99, 0, MostRegistering(row, well));
            Assert.InRange(row.Replication.P99, 0, MostReplicating(row, well));
            Assert.InRange(row.Memory - well.Memory, long.MinValue, 64L << 20);
        }

        AssertNoCrash(cluster);

        Task<Row> MeasureAsync(string what, TimeSpan time) => SlowPeerTests.MeasureAsync(what, first, load, stalls, watcher, time);

        async Task AddFairAsync(string what, TimeSpan time)
        {
            for (int times = 0; times < MostMeasurements; times++)
            {
                Row row = await MeasureAsync(what, time);
                rows.Add(row);
                if (row.Registration.P99 <= MostRegistering(row, well) && row.Replication.P99 <= MostReplicating(row, well))
                {
                    return;
                }
            }
        }
    }

    /// <summary>
    /// A tail of single milliseconds on a shared machine needs some room in absolute terms, and what others took of the
    /// machine counts for nobody.
    /// </summary>
    private static double MostRegistering(Row row, Row well) => Math.Max(1.5 * well.Registration.P99, well.Registration.P99 + 15) + Stalled(row, well);

    private static double MostReplicating(Row row, Row well) => Math.Max(2 * well.Replication.P99, well.Replication.P99 + 30) + Stalled(row, well);

    private static double Stalled(Row row, Row well) => TurnsOfAWrite * Math.Max(0, row.Stalls.P99 - well.Stalls.P99);

    private static async Task<Row> MeasureAsync(string what, ServerProcess server, WriteLoad load, StallClock stalls, WatchReader watcher, TimeSpan time)
    {
        long began = Stopwatch.GetTimestamp();
        var lags = new List<double>();
        for (int number = 1; Stopwatch.GetElapsedTime(began) < time; number = (number % 100) + 1)
        {
            var instance = new Instance(Probe, number);
            long sent = Stopwatch.GetTimestamp();
            await server.RegisterAsync(instance);
            await Eventually.HoldsAsync(() => Task.FromResult(watcher.Sightings.Came(instance.Address, sent) is not null), Seconds(5), () => $"{what}: {instance.Id} came to {watcher.Server.Name}");
            lags.Add(Stopwatch.GetElapsedTime(sent, watcher.Sightings.Came(instance.Address, sent)!.Value).TotalMilliseconds);
            await server.DeregisterAsync(instance.Id);
        }

        long ended = Stopwatch.GetTimestamp();
        return new Row(what, load.Latencies(began, ended), Quantiles.Of(lags), stalls.Between(began, ended), server.MemoryBytes);
    }

    private sealed record Row(string What, Quantiles Registration, Quantiles Replication, Quantiles Stalls, long Memory);
}
