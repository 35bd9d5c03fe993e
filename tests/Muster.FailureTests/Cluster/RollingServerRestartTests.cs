using Muster.FailureTests.Cluster.Harness;
using Muster.FailureTests.Cluster.Readers;
using Muster.FailureTests.Processes;

namespace Muster.FailureTests.Cluster;

/// <summary>Every server is told to end and started again, one after the other, as an upgrade does it.</summary>
public sealed class RollingServerRestartTests(ITestOutputHelper output) : ClusterTest(output)
{
    [Fact]
    public async Task Servers_RestartedOneByOneUnderWrites_NothingIsLostAndNoInstanceLeavesTheOthersLists()
    {
        const int Count = 30;
        const double Lease = 6;
        await using ClusterUnderTest cluster = await StartClusterAsync();
        await using var hearts = new Heartbeats(Seconds(1), cluster.Servers);
        for (int i = 0; i < cluster.Servers.Count; i++)
        {
            await hearts.RegisterAsync(cluster.Servers[i], Instances(Service, 1 + (10 * i), 10, Lease));
        }

        var log = new WriteLog();
        IReadOnlyList<Reader> readers = Reader.OfEveryKind(cluster.Servers, Service);
        try
        {
            await UntilSeenAsync(readers, Count, Seconds(10));
            ServerProcess? down = null;
            double slowest = 0;
            int unanswered;
            string problems;
            await using (var load = new WriteLoad(cluster.Servers, "rolling", 300, log, changes: 0.4, server => server != Volatile.Read(ref down)))
            {
                foreach (ServerProcess server in cluster.Servers)
                {
                    await Task.Delay(Seconds(1));
                    Volatile.Write(ref down, server); // a load balancer takes it out first
                    await Task.Delay(Seconds(0.3));
                    await server.TerminateAsync();
                    slowest = Math.Max(slowest, (await cluster.StartAgainAsync(server)).TotalSeconds);
                    Volatile.Write(ref down, null);
                }

                await Task.Delay(Seconds(1));
                await load.DisposeAsync();
                (unanswered, problems) = (load.Unanswered, load.Problems);
            }

            TimeSpan equal = await cluster.UntilEqualAsync(Seconds(30));
            await Eventually.HoldsAsync(() => Task.FromResult(readers.All(reader => reader.Sightings.Present.Count == Count)), Seconds(10), () => "all readers are back");
            Dictionary<string, string>[] lists = await Task.WhenAll(cluster.Servers.Select(ClusterUnderTest.ListAsync));
            WriteLog.Difference[] differences = [.. lists.Select(log.Compare)];

            var table = TableOf(
                "Cluster R15: each of three servers restarted in turn (SIGTERM) under 300 writes/s",
                "server", "acknowledged writes lost", "resurrected", "older", "shortest list a reader got", "instances missing for a while", "empty answers");
            for (int i = 0; i < lists.Length; i++)
            {
                Reader[] here = [.. readers.Where(reader => reader.Server == cluster.Servers[i])];
                table.Add(
                    cluster.Servers[i].Name, $"{differences[i].Lost.Count} of {log.Acknowledged}", $"{differences[i].Resurrected.Count}", $"{differences[i].Older.Count}",
                    $"{here.Min(reader => reader.Sightings.Fewest)}", $"{here.Max(reader => Missing(reader.Sightings))}", $"{here.Sum(reader => reader.Sightings.Empty)}");
            }

            table.Add("all", Text($"start to ready at most {slowest:F2} s"), $"{unanswered} writes without an answer", Text($"digests equal {equal.TotalSeconds:F2} s later"), "", "", "");
            table.Write();
            Assert.All(differences, difference => difference.AssertNone("a server"));
            Assert.All(readers, reader => Assert.Equal((0, 0), (Missing(reader.Sightings), reader.Sightings.Empty)));
            Assert.True(unanswered == 0, problems);
            AssertNoCrash(cluster);
        }
        finally
        {
            await DisposeAsync(readers);
        }

        static int Missing(Sightings seen) => Enumerable.Range(1, Count).Count(number => seen.Left($"10.0.0.{number}") is not null);
    }
}
