using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Muster.FailureTests.Cluster.Harness;
using Muster.FailureTests.Cluster.Readers;
using Muster.FailureTests.Processes;

namespace Muster.FailureTests.Cluster;

/// <summary>How soon every server knows of what happened at one of them.</summary>
[Collection(Measured.Name)]
public sealed class TimingTests(ITestOutputHelper output) : ClusterTest(output)
{
    /// <summary>A tenth of a second is asked for, of a machine that does nothing else.</summary>
    private static readonly double s_mostMilliseconds = Of(300, 100);

    [Fact]
    public async Task Registration_AtOneServer_IsVisibleAtEveryOther()
    {
        const int Batch = 30;
        int count = Of(300, 3000);
        var random = new Random(1);
        await using ClusterUnderTest cluster = await StartClusterAsync();
        var readers = cluster.Servers.Select(server => new WatchReader(server, Service)).ToList();
        try
        {
            await cluster.Servers[0].RegisterManyAsync(Instances(Service, 1, 1));
            readers.ForEach(reader => reader.Begin());
            await UntilSeenAsync(readers, 1, Seconds(10));
            long[] sent = new long[count + 2], answered = new long[count + 2];
            for (int number = 2; number < count + 2; number++)
            {
                sent[number] = Stopwatch.GetTimestamp();
                Assert.True(await cluster.Servers[number % cluster.Servers.Count].RegisterAsync(new Instance(Service, number)));
                answered[number] = Stopwatch.GetTimestamp();
                await Task.Delay(random.Next(20));
                if (number % Batch == 0)
                {
                    // the list stays short, so that what is measured is not the reading of it; what goes came long ago, or watchers would miss it
                    await Task.WhenAll(Enumerable.Range(number - (2 * Batch) + 1, Batch).Where(old => old > 1).Select(old => cluster.Servers[old % cluster.Servers.Count].DeregisterAsync($"{Service}-{old}")));
                }
            }

            await Task.Delay(Seconds(1));
            var table = TableOf(
                $"Cluster T1: registered at one server, seen by a watcher at another ({count} registrations)",
                "registered at, seen at", "from the answer to the registration, p50 / p99 / longest", "from its sending, p50 / p99 / longest");
            var slowest = new List<double>();
            for (int at = 0; at < cluster.Servers.Count; at++)
            {
                foreach (WatchReader reader in readers)
                {
                    int[] numbers = [.. Enumerable.Range(2, count).Where(number => number % cluster.Servers.Count == at)];
                    Quantiles fromAnswer = Quantiles.Of(numbers.Select(number => Math.Max(0, Milliseconds(answered[number], reader.Sightings.Came($"10.0.{number >> 8}.{number & 255}")))));
                    Quantiles fromSending = Quantiles.Of(numbers.Select(number => Milliseconds(sent[number], reader.Sightings.Came($"10.0.{number >> 8}.{number & 255}"))));
                    table.Add($"{cluster.Servers[at].Name}, {reader.Server.Name}", Text(fromAnswer), Text(fromSending));
                    slowest.Add(fromAnswer.P99);
                }
            }

            table.Write();
            Assert.InRange(slowest.Max(), 0, s_mostMilliseconds);
        }
        finally
        {
            await DisposeAsync(readers);
        }
    }

    [Fact]
    public async Task Instance_Crashes_ItIsGoneFromEveryServerAfterItsLeaseAndNeverBefore()
    {
        const int Living = 300;
        const double Lease = 3;
        int crashes = Of(40, 45);
        await using ClusterUnderTest cluster = await StartClusterAsync();
        await using var hearts = new Heartbeats(Seconds(1));
        var readers = cluster.Servers.Select(server => new WatchReader(server, Service)).ToList();
        try
        {
            for (int number = 1; number <= Living + crashes; number++)
            {
                // registered at one server, renewed at any: two in three renewals are forwarded to the owner
                var instance = new Instance(Service, number) { LeaseSeconds = Lease };
                await cluster.Servers[number % cluster.Servers.Count].RegisterAsync(instance);
                hearts.Add(cluster.Servers[number / cluster.Servers.Count % cluster.Servers.Count], instance);
            }

            readers.ForEach(reader => reader.Begin());
            await UntilSeenAsync(readers, Living + crashes, Seconds(10));
            int early = hearts.Unknown; // of instances that the server had not heard of yet: they registered again
            await Task.Delay(Seconds(2));
            var last = new List<(int Number, long Sent, long Answered)>();
            for (int number = Living + 1; number <= Living + crashes; number++)
            {
                (long sent, long answered) = await hearts.CrashAsync($"{Service}-{number}");
                last.Add((number, sent, answered));
                await Task.Delay(40);
            }

            await UntilSeenAsync(readers, Living, Seconds(Lease + 10));
            var table = TableOf(
                $"Cluster T2: {crashes} of {Living + crashes} instances crash (lease {Lease} s), two in three of their heartbeats at a server that does not own them",
                "seen at", "gone after the last heartbeat was sent, at least", "after it was answered, p50", "at most", "living ones that were missing");
            var stories = new StringBuilder();
            foreach (WatchReader reader in readers)
            {
                double[] gone = [.. last.Select(crash => Milliseconds(crash.Answered, reader.Sightings.Left(Address(crash.Number))) / 1000)];
                double[] atLeast = [.. last.Select(crash => Milliseconds(crash.Sent, reader.Sightings.Left(Address(crash.Number))) / 1000)];
                foreach (int wrong in Enumerable.Range(0, last.Count).Where(crash => atLeast[crash] < Lease || gone[crash] > Lease + 1.2))
                {
                    stories.Append(CultureInfo.InvariantCulture, $"{reader.Server.Name}: {last[wrong].Number} gone after {gone[wrong]:F3} s\n").Append(await StoryAsync(cluster, last[wrong].Number));
                }

                table.Add(reader.Server.Name, Text($"{atLeast.Min():F3} s"), Text($"{gone.Order().ElementAt(gone.Length / 2):F3} s"), Text($"{gone.Max():F3} s"), $"{Missing(reader.Sightings)}");
            }

            table.Write();
            Assert.True(stories.Length == 0, $"not gone within {Lease} to {Lease + 1.2} s:\n{stories}");
            Assert.All(readers, reader => Assert.Equal(0, Missing(reader.Sightings)));
            Assert.Equal(early, hearts.Unknown);
        }
        finally
        {
            await DisposeAsync(readers);
        }

        static int Missing(Sightings seen) => Enumerable.Range(1, Living).Count(number => seen.Left(Address(number)) is not null);
    }

    /// <summary>What each server has to say of one instance.</summary>
    private static async Task<string> StoryAsync(ClusterUnderTest cluster, int number)
    {
        var story = new StringBuilder();
        foreach (ServerProcess server in cluster.Servers)
        {
            JsonArray events = JsonNode.Parse(await server.GetAsync($"/api/v1/services/{Service}/timeline"))!["events"]!.AsArray();
            foreach (JsonNode? told in events.Where(told => told!.ToJsonString().Contains($"\"{Service}-{number}\"", StringComparison.Ordinal)))
            {
                story.Append(CultureInfo.InvariantCulture, $"  {server.Name}: {told!.ToJsonString()}\n");
            }
        }

        return story.ToString();
    }

    private static string Address(int number) => $"10.0.{number >> 8}.{number & 255}";

    private static double Milliseconds(long began, long? happened) => happened is { } at ? Stopwatch.GetElapsedTime(began, at).TotalMilliseconds : double.MaxValue;

    private static string Text(Quantiles milliseconds) => Text($"{milliseconds.P50:F1} / {milliseconds.P99:F1} / {milliseconds.Longest:F1} ms");
}
