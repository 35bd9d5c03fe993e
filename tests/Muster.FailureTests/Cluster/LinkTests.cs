using System.Diagnostics;
using System.Text.Json;
using Muster.FailureTests.Cluster.Harness;
using Muster.FailureTests.Cluster.Readers;
using Muster.FaultProxy;

namespace Muster.FailureTests.Cluster;

/// <summary>Single links fail in ways that are worse than being cut.</summary>
public sealed class LinkTests(ITestOutputHelper output) : ClusterTest(output)
{
    [Fact]
    public async Task Link_ThatCarriesOnlyOneWay_NobodyFlapsAndNothingThatLivesGoes()
    {
        const double Lease = 4;
        TimeSpan time = Seconds(14, 60);
        await using ClusterUnderTest cluster = await StartClusterAsync();
        await using var hearts = new Heartbeats(Seconds(1));
        for (int i = 0; i < cluster.Servers.Count; i++)
        {
            await hearts.RegisterAsync(cluster.Servers[i], Instances(Service, 1 + (10 * i), 10, Lease));
        }

        IReadOnlyList<Reader> readers = Reader.OfEveryKind(cluster.Servers, Service);
        try
        {
            await UntilSeenAsync(readers, 30, Seconds(10));
            cluster.Network.Set("s1", "s3", Fault.Hold);
            long cut = Stopwatch.GetTimestamp();
            await hearts.RegisterAsync(cluster.Servers[0], Instances(Service, 41, 1, Lease));
            await hearts.RegisterAsync(cluster.Servers[2], Instances(Service, 43, 1, Lease));
            await Task.Delay(time - Stopwatch.GetElapsedTime(cut));
            cluster.Network.Heal();
            TimeSpan equal = await cluster.UntilEqualAsync(Seconds(30));
            await UntilSeenAsync(readers, 32, Seconds(10));

            var table = TableOf(
                $"Cluster R5: for {time.TotalSeconds:F0} s s3 hears nothing of s1, s1 hears s3, both hear s2; digests equal {Text($"{equal.TotalSeconds:F2}")} s after the heal",
                "reader", "living ones that were missing for a while", "s1's new one", "s3's new one", "answers, failed, empty");
            foreach (Reader reader in readers)
            {
                Sightings seen = reader.Sightings;
                table.Add($"{reader.Server.Name} {reader.Kind}", $"{Missing(seen)}", After(cut, seen.Came("10.0.0.41")), After(cut, seen.Came("10.0.0.43")), $"{seen.Answers}, {seen.Failures}, {seen.Empty}");
            }

            table.Write();
            Assert.All(readers, reader => Assert.Equal((0, 0, 0), (Missing(reader.Sightings), reader.Sightings.Failures, reader.Sightings.Empty)));
            Assert.InRange(equal.TotalSeconds, 0, MostSecondsToEqual);
            Assert.Equal(0, hearts.Unknown);
            AssertNoCrash(cluster);
        }
        finally
        {
            await DisposeAsync(readers);
        }

        static int Missing(Sightings seen) => Enumerable.Range(1, 30).Count(number => seen.Left($"10.0.0.{number}") is not null);
    }

    [Fact]
    public async Task Batch_HeldAndReleasedAfterNewerWrites_TheOlderOneLosesEverywhere()
    {
        const int Count = 50, OldPort = 80, NewPort = 81;
        TimeSpan held = Seconds(3, 4); // longer, and the link is given up: what it held never arrives
        await using ClusterUnderTest cluster = await StartClusterAsync();
        (ServerProcess first, ServerProcess second, ServerProcess third) = (cluster.Servers[0], cluster.Servers[1], cluster.Servers[2]);
        IReadOnlyList<Instance> instances = Instances(Service, 1, Count);
        await second.RegisterManyAsync(instances.Select(instance => instance with { Port = 79 }));
        await cluster.UntilEqualAsync(Seconds(10));
        await using var watcher = new WatchReader(third, Service);
        watcher.Begin();
        await UntilSeenAsync([watcher], Count, Seconds(5));

        // what s1 does is on its way to s3 for a while; s2 knows it, does newer things, and tells s3 at once
        cluster.Network.Set(first.Name, third.Name, Fault.Hold);
        long began = Stopwatch.GetTimestamp();
        await first.RegisterManyAsync(instances.Select(instance => instance with { Port = OldPort }));
        await ClusterUnderTest.UntilEqualAsync([first, second], Seconds(5));
        foreach (Instance removed in instances.Take(Count / 2))
        {
            Assert.True(await second.DeregisterAsync(removed.Id));
        }

        await second.RegisterManyAsync(instances.Skip(Count / 2).Select(instance => instance with { Port = NewPort }));
        await UntilSeenAsync([watcher], Count / 2, Seconds(3));
        Dictionary<string, string> before = await ClusterUnderTest.ListAsync(third);
        await Task.Delay(held - Stopwatch.GetElapsedTime(began));
        cluster.Network.Heal();
        await Task.Delay(Seconds(0.5));
        TimeSpan equal = await cluster.UntilEqualAsync(Seconds(10));
        Dictionary<string, string>[] lists = await Task.WhenAll(cluster.Servers.Select(ClusterUnderTest.ListAsync));

        var table = TableOf(
            $"Cluster R7: what s1 wrote reaches s3 {Text($"{held.TotalSeconds:F0}")} s late, after newer writes by s2",
            "server", "instances", "with the newest port", "with an older one", "resurrected");
        for (int i = 0; i < lists.Length; i++)
        {
            table.Add(cluster.Servers[i].Name, $"{lists[i].Count}", $"{WithPort(lists[i], NewPort)}", $"{lists[i].Count - WithPort(lists[i], NewPort)}", $"{instances.Take(Count / 2).Count(instance => lists[i].ContainsKey(instance.Id))}");
        }

        table.Add("watcher at s3", $"fewest {watcher.Sightings.Fewest}", Text($"digests equal after {equal.TotalSeconds:F2} s"), "", "");
        table.Write();
        Assert.Equal(Count / 2, WithPort(before, NewPort));
        Assert.All(lists, list => Assert.Equal((Count / 2, Count / 2), (list.Count, WithPort(list, NewPort))));
        Assert.Equal(Count / 2, watcher.Sightings.Fewest);
        AssertNoCrash(cluster);

        static int WithPort(Dictionary<string, string> list, int port) => list.Values.Count(instance => instance.Contains($":{port} ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Links_ResetAgainAndAgain_TheyConvergeAndRepetitionsChangeNoIndex()
    {
        TimeSpan time = Seconds(6, 60);
        var random = new Random(1);
        await using ClusterUnderTest cluster = await StartClusterAsync();
        var log = new WriteLog();
        int resets = 0;
        await using (new WriteLoad(cluster.Servers, "reset", 300, log, changes: 0.5))
        {
            resets += await ResetForAsync(cluster, time, random);
        }

        TimeSpan equal = await cluster.UntilEqualAsync(Seconds(30));
        WriteLog.Difference[] differences = [.. (await Task.WhenAll(cluster.Servers.Select(ClusterUnderTest.ListAsync))).Select(log.Compare)];

        // now nothing is new: whatever is said again after a reset must move no index
        long[] before = await Task.WhenAll(cluster.Servers.Select(IndexAsync));
        int idle = await ResetForAsync(cluster, time / 2, random);
        await cluster.UntilMeshedAsync(Seconds(15));
        await Task.Delay(Seconds(2));
        long[] after = await Task.WhenAll(cluster.Servers.Select(IndexAsync));

        var table = TableOf(
            $"Cluster R8: {resets} resets of links within {time.TotalSeconds:F0} s of 300 writes/s, then {idle} without writes",
            "server", "acknowledged writes lost", "resurrected", "older than acknowledged", "index moved while nothing was written");
        for (int i = 0; i < differences.Length; i++)
        {
            table.Add(cluster.Servers[i].Name, $"{differences[i].Lost.Count} of {log.Acknowledged}", $"{differences[i].Resurrected.Count}", $"{differences[i].Older.Count}", $"by {after[i] - before[i]}");
        }

        table.Add("all", Text($"digests equal {equal.TotalSeconds:F2} s after the last reset"), "", "", "");
        table.Write();
        Assert.All(differences, difference => difference.AssertNone("a server"));
        Assert.Equal(before, after);
        AssertNoCrash(cluster);
    }

    private static async Task<int> ResetForAsync(ClusterUnderTest cluster, TimeSpan time, Random random)
    {
        int resets = 0;
        for (long began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < time; resets++)
        {
            await Task.Delay(random.Next(50, 400));
            int one = random.Next(cluster.Servers.Count), other = (one + 1) % cluster.Servers.Count;
            cluster.Network.Reset(cluster.Servers[one].Name, cluster.Servers[other].Name);
        }

        return resets;
    }

    private static async Task<long> IndexAsync(ServerProcess server)
    {
        using JsonDocument services = JsonDocument.Parse(await server.GetAsync("/api/v1/services"));
        return services.RootElement.GetProperty("index").GetInt64();
    }
}
