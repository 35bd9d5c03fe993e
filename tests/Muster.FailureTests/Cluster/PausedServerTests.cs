using System.Diagnostics;
using Muster.FailureTests.Cluster.Harness;
using Muster.FailureTests.Cluster.Readers;

namespace Muster.FailureTests.Cluster;

/// <summary>A server stands still for longer than every lease (SIGSTOP), and goes on.</summary>
public sealed class PausedServerTests(ITestOutputHelper output) : ClusterTest(output)
{
    [Fact]
    public async Task Server_PausedForLongerThanLeases_NothingLeavesAnyListThenOrLater()
    {
        const int Count = 40;
        TimeSpan pause = Seconds(10, 45);
        double lease = Of(6, 20);
        await using ClusterUnderTest cluster = await StartClusterAsync();
        ServerProcess paused = cluster.Servers[1];
        ServerProcess[] others = [.. cluster.ButFor(paused)];
        await using var hearts = new Heartbeats(Seconds(1), [paused, .. others]);
        await hearts.RegisterAsync(paused, Instances(Service, 1, Count / 2, lease));
        await hearts.RegisterAsync(others[0], Instances(Service, 1 + (Count / 2), Count / 2, lease));
        IReadOnlyList<Reader> readers = Reader.OfEveryKind(cluster.Servers, Service);
        try
        {
            await UntilSeenAsync(readers, Count, Seconds(10));
            await Task.Delay(Seconds(2));
            paused.Pause();
            await Task.Delay(pause);
            paused.Resume();
            long resumed = Stopwatch.GetTimestamp();
            TimeSpan equal = await cluster.UntilEqualAsync(Seconds(20));
            await Task.Delay(Seconds(lease + 2) - Stopwatch.GetElapsedTime(resumed));

            var table = TableOf(
                $"Cluster R11: s2 stopped (SIGSTOP) for {pause.TotalSeconds:F0} s, leases of {lease:F0} s; its clients renew elsewhere meanwhile",
                "reader", "answers, failed, empty", "shortest list", "instances that were missing for a while");
            foreach (Reader reader in readers)
            {
                Sightings seen = reader.Sightings;
                table.Add($"{reader.Server.Name} {reader.Kind}", $"{seen.Answers}, {seen.Failures}, {seen.Empty}", $"{seen.Fewest} of {Count}", $"{Missing(seen)}");
            }

            table.Add("all", Text($"digests equal {equal.TotalSeconds:F2} s after it went on"), "", $"{hearts.Unknown} heartbeats of unknown instances");
            table.Write();
            Assert.All(readers, reader => Assert.Equal((0, 0), (Missing(reader.Sightings), reader.Sightings.Empty)));
            Assert.All(readers.Where(reader => reader.Server != paused), reader => Assert.Equal(0, reader.Sightings.Failures));
            Assert.Equal(0, hearts.Unknown);
            AssertNoCrash(cluster);
        }
        finally
        {
            await DisposeAsync(readers);
        }

        static int Missing(Sightings seen) => Enumerable.Range(1, Count).Count(number => seen.Left($"10.0.0.{number}") is not null);
    }
}
