using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Muster.FailureTests.Cluster.Harness;
using Muster.FailureTests.Cluster.Readers;
using Muster.FailureTests.Processes;

namespace Muster.FailureTests.Cluster;

/// <summary>Heartbeats stop: of many at once that live (R9), and of those that died (R10).</summary>
public sealed class PreservationTests(ITestOutputHelper output) : ClusterTest(output)
{
    // several times the rhythm of 1 s: a stall of the machine teaches a longer one, and who is late only when due is not held in time
    private const double Lease = 5;
    private const int Each = 30;

    [Fact]
    public async Task Heartbeats_OfHalfTheInstancesStop_NothingExpiresAnywhereUntilTheyReturn()
    {
        double window = Of(4, 30);
        await using ClusterUnderTest cluster = await StartAsync(window);
        await using var hearts = new Heartbeats(Seconds(1));
        await RegisterAsync(cluster, hearts);
        IReadOnlyList<Reader> readers = Reader.OfEveryKind(cluster.Servers, Service);
        try
        {
            await UntilSeenAsync(readers, 3 * Each, Seconds(10));
            await Task.Delay(Seconds(3));
            string[] silent = [.. Enumerable.Range(1, 3 * Each).Where(number => number % 2 == 0).Select(number => $"{Service}-{number}")];
            hearts.Mute(silent);
            long muted = Stopwatch.GetTimestamp();
            await UntilHoldingAsync(cluster, expected: true, Seconds(Lease + 10));
            double held = Stopwatch.GetElapsedTime(muted).TotalSeconds;
            await Task.Delay(Seconds(3 * Lease, 60));
            int[] during = [.. readers.Select(reader => reader.Sightings.Present.Count)];
            string why = await CauseAsync(cluster.Servers[0]);

            // whoever says that it leaves, leaves
            await hearts.CrashAsync(silent[0]);
            Assert.True(await cluster.Servers[0].DeregisterAsync(silent[0]));
            await UntilSeenAsync(readers, (3 * Each) - 1, Seconds(3));
            hearts.Mute();
            long unmuted = Stopwatch.GetTimestamp();
            await UntilHoldingAsync(cluster, expected: false, Seconds(window + 10));
            double ended = Stopwatch.GetElapsedTime(unmuted).TotalSeconds;
            await Task.Delay(Seconds(Lease + 1));

            var table = TableOf(
                $"Cluster R9: the heartbeats of {silent.Length} of {3 * Each} instances on three servers stop for {Text($"{Stopwatch.GetElapsedTime(muted, unmuted).TotalSeconds:F0}")} s, lease {Lease} s",
                "reader", "instances during it", "missing at any time, but for one that deregistered", "answers, failed, empty");
            for (int i = 0; i < readers.Count; i++)
            {
                Sightings seen = readers[i].Sightings;
                table.Add($"{readers[i].Server.Name} {readers[i].Kind}", $"{during[i]}", $"{Missing(seen) - 1}", $"{seen.Answers}, {seen.Failures}, {seen.Empty}");
            }

            table.Add("all servers", Text($"holding {held:F1} s after the silence began"), Text($"not holding {ended:F1} s after the last returned"), why);
            table.Write();
            Assert.All(during, count => Assert.Equal(3 * Each, count));
            Assert.All(readers, reader => Assert.Equal((1, 0, 0), (Missing(reader.Sightings), reader.Sightings.Failures, reader.Sightings.Empty)));
            Assert.Equal(0, hearts.Unknown);
            AssertNoCrash(cluster);
        }
        finally
        {
            await DisposeAsync(readers);
        }

        static int Missing(Sightings seen) => Enumerable.Range(1, 3 * Each).Count(number => seen.Left($"10.0.0.{number}") is not null);
    }

    [Fact]
    public async Task Instances_ReallyDie_SmallSharesGoInTimeEvenWhenAServiceIsEmptiedByIt()
    {
        await using ClusterUnderTest cluster = await StartAsync(window: 30);
        await using var hearts = new Heartbeats(Seconds(1));
        await RegisterAsync(cluster, hearts);
        await hearts.RegisterAsync(cluster.Servers[1], Instances("small", 201, 3, Lease));
        IReadOnlyList<Reader> readers = Reader.OfEveryKind(cluster.Servers, Service), ofSmall = Reader.OfEveryKind(cluster.Servers, "small");
        try
        {
            await UntilSeenAsync(readers, 3 * Each, Seconds(10));
            await UntilSeenAsync(ofSmall, 3, Seconds(10));
            await Task.Delay(Seconds(3));
            var last = new List<long>();
            foreach (string id in (string[])["small-201", "small-202", "small-203", .. Enumerable.Range(1, 3).Select(number => $"{Service}-{number}"), $"{Service}-31", $"{Service}-61"])
            {
                last.Add((await hearts.CrashAsync(id)).Answered);
            }

            long latest = last.Max();
            await UntilSeenAsync(readers, (3 * Each) - 5, Seconds(Lease + 3));
            await UntilSeenAsync(ofSmall, 0, Seconds(Lease + 3));
            double gone = Stopwatch.GetElapsedTime(latest).TotalSeconds;
            var table = TableOf($"Cluster R10: 5 of {3 * Each} instances of one service and all 3 of another really die, lease {Lease} s", "what", "figure");
            table.Add("gone from every reader at every server", Text($"{gone:F2} s after the last heartbeat"));
            table.Add("empty answers of the service of which nobody is left", $"{ofSmall.Sum(reader => reader.Sightings.Empty)}, as it should be");
            table.Write();
            Assert.InRange(gone, 0, Lease + 1.2);
            Assert.All(readers, reader => Assert.Equal(0, reader.Sightings.Failures));
        }
        finally
        {
            await DisposeAsync(readers);
            await DisposeAsync(ofSmall);
        }
    }

    private static Task<ClusterUnderTest> StartAsync(double window) =>
        ClusterUnderTest.StartAsync(new ClusterSettings { More = new JsonObject { ["preservation"] = new JsonObject { ["window"] = $"{window}s" } } });

    private static async Task RegisterAsync(ClusterUnderTest cluster, Heartbeats hearts)
    {
        for (int i = 0; i < cluster.Servers.Count; i++)
        {
            await hearts.RegisterAsync(cluster.Servers[i], Instances(Service, 1 + (Each * i), Each, Lease));
        }
    }

    private static async Task UntilHoldingAsync(ClusterUnderTest cluster, bool expected, TimeSpan within)
    {
        JsonElement[] views = [];
        await Eventually.HoldsAsync(
            async () => (views = await Task.WhenAll(cluster.Servers.Select(ViewAsync))).All(view => view.GetProperty("holding").GetBoolean() == expected),
            within, () => $"holding is {expected} everywhere\n" + string.Join('\n', views));
    }

    private static async Task<string> CauseAsync(ServerProcess server) =>
        (await ViewAsync(server)).GetProperty("holds").EnumerateArray().First().GetProperty("cause").GetString()!;

    private static async Task<JsonElement> ViewAsync(ServerProcess server)
    {
        using JsonDocument view = JsonDocument.Parse(await server.GetAsync("/api/v1/preservation"));
        return view.RootElement.Clone();
    }
}
