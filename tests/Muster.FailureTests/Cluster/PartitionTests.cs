using System.Diagnostics;
using Muster.FailureTests.Cluster.Harness;
using Muster.FailureTests.Cluster.Readers;
using Muster.FaultProxy;

namespace Muster.FailureTests.Cluster;

/// <summary>The network splits two servers from one, and heals. Both sides are written to all the time.</summary>
public sealed class PartitionTests(ITestOutputHelper output) : ClusterTest(output)
{
    private const double Lease = 5;

    [Fact]
    public async Task Partition_WatchedOnBothSidesInThreeProtocols_NoListIsEverEmpty()
    {
        TimeSpan partition = Seconds(15, 60);
        await using ClusterUnderTest cluster = await StartClusterAsync();
        await using var hearts = new Heartbeats(Seconds(1));
        (ServerProcess first, ServerProcess second, ServerProcess alone) = (cluster.Servers[0], cluster.Servers[1], cluster.Servers[2]);
        await hearts.RegisterAsync(first, Instances(Service, 11, 4, Lease));
        await hearts.RegisterAsync(second, Instances(Service, 21, 4, Lease));
        await hearts.RegisterAsync(alone, Instances(Service, 31, 4, Lease));
        IReadOnlyList<Reader> readers = Reader.OfEveryKind(cluster.Servers, Service);
        try
        {
            await UntilSeenAsync(readers, 12, Seconds(10));
            foreach (Reader reader in readers)
            {
                reader.Sightings.BeginPhase();
            }

            cluster.Network.Isolate(alone.Name, Fault.Hold);
            long cut = Stopwatch.GetTimestamp();
            await hearts.RegisterAsync(first, Instances(Service, 15, 1, Lease));
            await hearts.RegisterAsync(alone, Instances(Service, 35, 1, Lease));
            await hearts.CrashAsync($"{Service}-11");
            await first.DeregisterAsync($"{Service}-11");
            await hearts.CrashAsync($"{Service}-31");
            await alone.DeregisterAsync($"{Service}-31");
            await hearts.CrashAsync($"{Service}-12");
            await hearts.CrashAsync($"{Service}-32");
            await Task.Delay(partition - Stopwatch.GetElapsedTime(cut));
            int[] atTheEnd = [.. readers.Select(reader => reader.Sightings.Present.Count)];
            ClusterStatus isolated = await ClusterUnderTest.StatusAsync(alone), other = await ClusterUnderTest.StatusAsync(first);

            cluster.Network.Heal();
            long healed = Stopwatch.GetTimestamp();
            TimeSpan equal = await cluster.UntilEqualAsync(Seconds(30));
            string[] living = ["10.0.0.13", "10.0.0.14", "10.0.0.15", "10.0.0.21", "10.0.0.22", "10.0.0.23", "10.0.0.24", "10.0.0.33", "10.0.0.34", "10.0.0.35"];
            await UntilSameAsync(readers, living, Seconds(15));
            long same = Stopwatch.GetTimestamp();

            WriteTable(readers, atTheEnd, cut, healed, Text($"{partition.TotalSeconds:F0} s; digests equal {equal.TotalSeconds:F2} s after the heal, all lists alike {Stopwatch.GetElapsedTime(healed, same).TotalSeconds:F2} s after it"));
            Assert.True(isolated.Alone);
            Assert.False(isolated.Majority);
            Assert.True(other.Majority);
            Assert.InRange(equal.TotalSeconds, 0, MostSecondsToEqual);
            Assert.All(readers, reader => AssertUninterrupted(reader, healed, alone));
            Assert.Equal(0, hearts.Unknown);
            AssertNoCrash(cluster);
        }
        finally
        {
            await DisposeAsync(readers);
        }
    }

    private static void AssertUninterrupted(Reader reader, long healed, ServerProcess alone)
    {
        Sightings seen = reader.Sightings;
        string who = $"{reader.Kind} at {reader.Server.Name}";
        Assert.True(seen.Empty == 0, $"{who} saw {seen.Empty} empty answers");
        Assert.True(seen.Failures == 0, $"{who} got no answer {seen.Failures} times");
        (string own, string others) = reader.Server == alone ? ("10.0.0.35", "10.0.0.15") : ("10.0.0.15", "10.0.0.35");
        Assert.True(seen.Came(own) < healed, $"{who} did not see what its side registered");
        Assert.True(seen.Came(others) >= healed, $"{who} saw through the partition");
        string removed = reader.Server == alone ? "10.0.0.31" : "10.0.0.11";
        Assert.True(seen.Left(removed) is { } left && seen.Came(removed, left) is null, $"{who} saw {removed} again after its deregistration");
    }

    private void WriteTable(IReadOnlyList<Reader> readers, int[] atTheEnd, long cut, long healed, string summary)
    {
        var table = TableOf(
            $"Cluster R4: s1 and s2 split from s3 for {summary}. Times since the cut; healed after {After(cut, healed)}",
            "reader", "answers, failed, empty", "shortest list", "at the end of the partition", "longest silence", "registered by its own side", "by the other side",
            "deregistered by its own side", "by the other side", "died on its own side", "on the other side");
        for (int i = 0; i < readers.Count; i++)
        {
            Sightings seen = readers[i].Sightings;
            bool isAlone = readers[i].Server.Name == "s3";
            string here = isAlone ? "3" : "1", there = isAlone ? "1" : "3";
            table.Add(
                $"{readers[i].Server.Name} {readers[i].Kind}",
                $"{seen.Answers}, {seen.Failures}, {seen.Empty}",
                $"{seen.Fewest}",
                $"{atTheEnd[i]}",
                Text($"{seen.LongestSilence.TotalSeconds:F2} s"),
                After(cut, seen.Came($"10.0.0.{here}5")),
                After(cut, seen.Came($"10.0.0.{there}5")),
                After(cut, seen.Left($"10.0.0.{here}1")),
                After(cut, seen.Left($"10.0.0.{there}1")),
                After(cut, seen.Left($"10.0.0.{here}2")),
                After(cut, seen.Left($"10.0.0.{there}2")));
        }

        table.Write();
    }
}
