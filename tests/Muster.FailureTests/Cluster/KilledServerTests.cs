using System.Diagnostics;
using Muster.FailureTests.Cluster.Harness;
using Muster.FailureTests.Cluster.Readers;

namespace Muster.FailureTests.Cluster;

/// <summary>A server is killed (SIGKILL).</summary>
[Collection(Measured.Name)]
public sealed class KilledServerTests(ITestOutputHelper output) : ClusterTest(output)
{
    private const double WritesPerSecond = 1000;

    /// <summary>
    /// Five seconds are asked for, of a machine that does nothing else; a few times as long as servers needed that had nothing to
    /// recover and nobody to serve, if that is longer: the machine is busy.
    /// </summary>
    private static double MostSecondsToReady(ClusterUnderTest cluster) => Math.Max(Of(10, 5), 3 * cluster.FirstStart.TotalSeconds);


    [Fact]
    public async Task Server_KilledUnderWrites_NothingAcknowledgedIsLost()
    {
        int kills = Of(3, 50);
        var random = new Random(1);
        await using ClusterUnderTest cluster = await StartClusterAsync();
        ServerProcess victim = cluster.Servers[1];
        await cluster.Servers[0].RegisterManyAsync(Instances(Service, 1, 5));
        IReadOnlyList<Reader> readers = Reader.OfEveryKind(cluster.ButFor(victim), Service);
        try
        {
            await UntilSeenAsync(readers, 5, Seconds(10));
            var log = new WriteLog();
            bool isUp = true;
            double slowest = 0;
            int unanswered = 0, total = 0;
            for (int round = 0; round < kills; round++)
            {
                // once a round: what is compared stays within bounds
                string prefix = $"load{round}";
                await using (var load = new WriteLoad(cluster.Servers, prefix, WritesPerSecond, log, changes: 0.4, server => server != victim || Volatile.Read(ref isUp)))
                {
                    await Task.Delay(random.Next(500, 1500));
                    await victim.KillAsync();
                    Volatile.Write(ref isUp, false);
                    await Task.Delay(200);
                    slowest = Math.Max(slowest, (await cluster.StartAgainAsync(victim)).TotalSeconds);
                    Volatile.Write(ref isUp, true);
                    await Task.Delay(200);
                    await load.DisposeAsync();
                    (unanswered, total) = (unanswered + load.Unanswered, log.Acknowledged);
                }
            }

            TimeSpan equal = await cluster.UntilEqualAsync(Seconds(30));
            Dictionary<string, string>[] lists = await Task.WhenAll(cluster.Servers.Select(ClusterUnderTest.ListAsync));
            WriteLog.Difference[] differences = [.. lists.Select(log.Compare)];

            var table = TableOf(
                $"Cluster R1: one of three killed {kills} times during {WritesPerSecond} writes/s over all",
                "server", "instances", "acknowledged writes lost", "resurrected", "older than acknowledged", "readers: answers, failed, empty");
            for (int i = 0; i < lists.Length; i++)
            {
                Reader[] here = [.. readers.Where(reader => reader.Server == cluster.Servers[i])];
                table.Add(
                    cluster.Servers[i].Name + (cluster.Servers[i] == victim ? " (killed)" : ""), $"{lists[i].Count}", $"{differences[i].Lost.Count} of {total}", $"{differences[i].Resurrected.Count}",
                    $"{differences[i].Older.Count}",
                    here.Length == 0 ? "" : $"{here.Sum(reader => reader.Sightings.Answers)}, {here.Sum(reader => reader.Sightings.Failures)}, {here.Sum(reader => reader.Sightings.Empty)}");
            }

            table.Add("all", Text($"killed to ready at most {slowest:F2} s"), Text($"{unanswered} writes without an answer"), Text($"digests equal {equal.TotalSeconds:F2} s after the last"), "", "");
            table.Write();
            for (int i = 0; i < lists.Length; i++)
            {
                differences[i].AssertNone(cluster.Servers[i].Name);
            }

            Assert.All(readers, reader => Assert.Equal((0, 0), (reader.Sightings.Failures, reader.Sightings.Empty)));
            Assert.InRange(slowest, 0, MostSecondsToReady(cluster));
            AssertNoCrash(cluster);
        }
        finally
        {
            await DisposeAsync(readers);
        }
    }

    [Fact]
    public async Task Server_KilledWithManyInstances_IsReadyAgainSoonWithAllOfThem()
    {
        int count = Of(10_000, 100_000);
        await using ClusterUnderTest cluster = await StartClusterAsync();
        ServerProcess victim = cluster.Servers[1];
        for (int i = 0; i < cluster.Servers.Count; i++)
        {
            int server = i;
            await cluster.Servers[i].RegisterManyAsync(Enumerable.Range(0, count).Where(number => number % cluster.Servers.Count == server).Select(number => new Instance($"many-{number % 100}", number)));
        }

        await cluster.UntilEqualAsync(Seconds(60));
        await victim.KillAsync();
        double ready = (await cluster.StartAgainAsync(victim)).TotalSeconds;
        Dictionary<string, string> list = await ClusterUnderTest.ListAsync(victim);
        TimeSpan equal = await cluster.UntilEqualAsync(Seconds(30));

        var table = TableOf($"Cluster R1b: one of three killed with {count} instances", "what", "figure");
        table.Add("start to ready", Text($"{ready:F2} s"));
        table.Add("instances when it said that it is ready", $"{list.Count}");
        table.Add("digests equal after that", Text($"{equal.TotalSeconds:F2} s"));
        table.Add("memory of each server", string.Join(", ", cluster.Servers.Select(server => $"{server.MemoryBytes >> 20} MiB")));
        table.Write();
        Assert.Equal(count, list.Count);
        Assert.InRange(ready, 0, MostSecondsToReady(cluster));
        AssertNoCrash(cluster);
    }

    [Fact]
    public async Task Owner_Killed_ItsLivingInstancesStayEverywhereAndItsDeadOnesGo()
    {
        const double Lease = 4;
        const int Living = 36, Dead = 4;
        await using ClusterUnderTest cluster = await StartClusterAsync();
        ServerProcess owner = cluster.Servers[1];
        ServerProcess[] others = [.. cluster.ButFor(owner)];
        await using var hearts = new Heartbeats(Seconds(1), [owner, .. others]);
        await hearts.RegisterAsync(owner, Instances(Service, 1, Living + Dead, Lease));
        IReadOnlyList<Reader> readers = Reader.OfEveryKind(others, Service);
        try
        {
            await UntilSeenAsync(readers, Living + Dead, Seconds(10));
            await Task.Delay(Seconds(2));
            for (int number = Living + 1; number <= Living + Dead; number++)
            {
                await hearts.CrashAsync($"{Service}-{number}");
            }

            await owner.KillAsync();
            long killed = Stopwatch.GetTimestamp();
            await UntilSeenAsync(readers, Living, OwnerTimeout + Seconds(Lease + 5));
            await Task.Delay(Seconds(2));

            var table = TableOf(
                $"Cluster R1c: the owner of {Living + Dead} instances is killed together with {Dead} of them (lease {Lease} s, owner timeout {OwnerTimeout.TotalSeconds} s); the others renew elsewhere",
                "reader", "shortest list", "living ones that were missing", "dead ones gone after", "answers, failed, empty");
            foreach (Reader reader in readers)
            {
                Sightings seen = reader.Sightings;
                double[] gone = [.. Enumerable.Range(Living + 1, Dead).Select(number => Stopwatch.GetElapsedTime(killed, seen.Left($"10.0.0.{number}") ?? long.MaxValue).TotalSeconds)];
                table.Add($"{reader.Server.Name} {reader.Kind}", $"{seen.Fewest}", $"{Missing(seen)}", Text($"{gone.Min():F2} to {gone.Max():F2} s"), $"{seen.Answers}, {seen.Failures}, {seen.Empty}");
            }

            table.Write();
            Assert.All(readers, reader => Assert.Equal((0, 0, 0), (Missing(reader.Sightings), reader.Sightings.Failures, reader.Sightings.Empty)));
            AssertSurvivorsAreWell(others);
        }
        finally
        {
            await DisposeAsync(readers);
        }

        static int Missing(Sightings seen) => Enumerable.Range(1, Living).Count(number => seen.Left($"10.0.0.{number}") is not null);
    }

    private static void AssertSurvivorsAreWell(IEnumerable<ServerProcess> servers) => Assert.All(servers, server =>
    {
        Assert.False(server.HasExited, server.Said);
        Assert.DoesNotContain("Unhandled exception", server.Said, StringComparison.OrdinalIgnoreCase);
    });
}
