using System.Diagnostics;
using Muster.FailureTests.Cluster.Harness;
using Muster.FaultProxy;

namespace Muster.FailureTests.Cluster;

/// <summary>After a partition of a large catalog both sides become one again: quickly, and without loss.</summary>
[Collection(Measured.Name)]
public sealed class HealTests(ITestOutputHelper output) : ClusterTest(output)
{
    private const double WritesPerSecond = 150;

    [Fact]
    public async Task Heal_OfTenThousandInstancesWrittenOnBothSides_DigestsAgreeAndNothingAcknowledgedIsLost()
    {
        const int InstancesEach = 3334;
        TimeSpan partition = Seconds(12, 60), lease = Seconds(30);
        await using ClusterUnderTest cluster = await StartClusterAsync();
        await using var hearts = new Heartbeats(lease / 3);
        var log = new WriteLog();
        for (int i = 0; i < cluster.Servers.Count; i++)
        {
            Instance[] instances = [.. Enumerable.Range(i * InstancesEach, InstancesEach).Select(number => new Instance($"many-{number % 100}", number) { LeaseSeconds = lease.TotalSeconds })];
            await hearts.RegisterAsync(cluster.Servers[i], instances);
            foreach (Instance instance in instances)
            {
                log.Registered(instance.Id, instance.Port);
            }
        }

        await cluster.UntilEqualAsync(Seconds(20));
        int before = log.Acknowledged;
        cluster.Network.Isolate("s3", Fault.Hold);
        await using (new WriteLoad(cluster.Servers, "split", WritesPerSecond, log, changes: 0.5))
        {
            await Task.Delay(partition);
        }

        cluster.Network.Heal();
        TimeSpan equal = await cluster.UntilEqualAsync(Seconds(60));
        Dictionary<string, string>[] lists = await Task.WhenAll(cluster.Servers.Select(ClusterUnderTest.ListAsync));
        WriteLog.Difference[] differences = [.. lists.Select(log.Compare)];

        var table = TableOf(
            $"Cluster R4b: {3 * InstancesEach} instances, two servers split from one for {partition.TotalSeconds:F0} s, {WritesPerSecond} writes/s on both sides",
            "server", "instances", "acknowledged writes lost", "resurrected", "older than acknowledged");
        for (int i = 0; i < lists.Length; i++)
        {
            table.Add(cluster.Servers[i].Name, $"{lists[i].Count}", $"{differences[i].Lost.Count} of {log.Acknowledged - before}", $"{differences[i].Resurrected.Count}", $"{differences[i].Older.Count}");
        }

        table.Add("all", Text($"digests equal {equal.TotalSeconds:F2} s after the heal"), "", "", Text($"{hearts.Unknown} heartbeats of unknown instances"));
        table.Write();
        for (int i = 0; i < lists.Length; i++)
        {
            differences[i].AssertNone(cluster.Servers[i].Name);
            Assert.Equal(lists[0].OrderBy(one => one.Key, StringComparer.Ordinal), lists[i].OrderBy(one => one.Key, StringComparer.Ordinal));
        }

        Assert.InRange(equal.TotalSeconds, 0, MostSecondsToEqual);
        Assert.Equal(0, hearts.Unknown);
        AssertNoCrash(cluster);
    }
}
