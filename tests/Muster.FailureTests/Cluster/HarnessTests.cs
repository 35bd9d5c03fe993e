using Muster.FailureTests.Cluster.Harness;
using Muster.FailureTests.Cluster.Readers;

namespace Muster.FailureTests.Cluster;

/// <summary>The tools of the cluster's tests see what happens, and what should not.</summary>
public sealed class HarnessTests(ITestOutputHelper output) : ClusterTest(output)
{
    [Fact]
    public async Task Tools_OnOneServer_SeeRegistrationsExpiriesAndLoss()
    {
        await using ClusterUnderTest cluster = ClusterUnderTest.Prepare(new ClusterSettings { Servers = 1 });
        ServerProcess server = cluster.Servers[0];
        await cluster.LaunchAsync(server);
        await server.ReadyAsync(Seconds(20));
        await using var hearts = new Heartbeats(Seconds(0.3));
        await hearts.RegisterAsync(server, Instances(Service, 1, 5, leaseSeconds: 1));
        IReadOnlyList<Reader> readers = Reader.OfEveryKind(cluster.Servers, Service);
        try
        {
            await UntilSeenAsync(readers, 5, Seconds(5));
            (long sent, long answered) = await hearts.CrashAsync($"{Service}-1");
            await UntilSeenAsync(readers, 4, Seconds(5));
            Assert.InRange(sent, 1, answered);
            Assert.All(readers, reader => Assert.True(reader.Sightings.Left("10.0.0.1") > answered));
            Assert.All(readers, reader => Assert.Null(reader.Sightings.Left("10.0.0.2")));
            Assert.All(readers, reader => Assert.Equal((0, 0), (reader.Sightings.Failures, reader.Sightings.Empty)));

            var log = new WriteLog();
            await using (new WriteLoad([server], "harness", 500, log, changes: 0.5))
            {
                await Task.Delay(Seconds(1));
            }

            log.Compare(await ClusterUnderTest.ListAsync(server)).AssertNone(server.Name);
            Assert.InRange(log.Acknowledged, 100, 1000);
            await server.RegisterAsync(new Instance("harness-0", 0) { Id = "behind-the-log" });
            log.Registered("behind-the-log", 81);
            log.Registered("never-there", 80);
            log.Deregistered($"{Service}-2");
            WriteLog.Difference difference = log.Compare(await ClusterUnderTest.ListAsync(server));
            Assert.Equal((1, 1, 1), (difference.Lost.Count, difference.Resurrected.Count, difference.Older.Count));

            // away and back: readers notice that nobody answers, and see an empty list as such
            await server.KillAsync();
            Directory.Delete(server.DataDirectory, recursive: true);
            await hearts.DisposeAsync();
            await cluster.StartAgainAsync(server);
            await UntilSeenAsync(readers, 0, Seconds(5));
            Assert.All(readers, reader => Assert.InRange(reader.Sightings.Failures, 1, int.MaxValue));
            Assert.All(readers, reader => Assert.InRange(reader.Sightings.Empty, 1, int.MaxValue));
        }
        finally
        {
            await DisposeAsync(readers);
        }
    }
}
