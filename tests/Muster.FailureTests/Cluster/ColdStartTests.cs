using System.Diagnostics;
using System.Net;
using Muster.FailureTests.Cluster.Harness;
using Muster.FailureTests.Processes;

namespace Muster.FailureTests.Cluster;

/// <summary>All servers die at once and start again, and everybody comes back at the same moment (R16).</summary>
[Collection(Measured.Name)]
public sealed class ColdStartTests(ITestOutputHelper output) : ClusterTest(output)
{
    private const int Services = 50;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(250);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cluster_StartsColdAndEverybodyReturnsAtOnce_AllAreBackAndNobodySawAnEmptyList(bool keepsJournal)
    {
        int count = Of(2000, 10_000), caching = Of(60, 300);
        await using ClusterUnderTest cluster = await StartClusterAsync();
        Instance[] instances = [.. Enumerable.Range(0, count).Select(number => new Instance($"cold-{number % Services}", number) { LeaseSeconds = 60 })];
        for (int i = 0; i < cluster.Servers.Count; i++)
        {
            await cluster.Servers[i].RegisterManyAsync(instances.Where(instance => instance.Number % cluster.Servers.Count == i));
        }

        await cluster.UntilEqualAsync(Seconds(20));
        await using ManyClientsProcess clients = await ManyClientsProcess.StartAsync(
            string.Join(',', cluster.Servers.Select(server => server.Http.BaseAddress)), instances[0].Service, caching);
        await Task.WhenAll(cluster.Servers.Select(server => server.KillAsync()));
        if (!keepsJournal)
        {
            cluster.Servers.ToList().ForEach(server => Directory.Delete(server.DataDirectory, recursive: true));
        }

        long began = Stopwatch.GetTimestamp();
        foreach (ServerProcess server in cluster.Servers)
        {
            await cluster.LaunchAsync(server);
        }

        var counts = new Counts();
        Task<double>[] returning = [.. instances.Select(instance => ReturnAsync(instance, cluster.Servers[instance.Number % cluster.Servers.Count], began, counts))];
        double[] back = await Task.WhenAll(returning);
        await Eventually.HoldsAsync(async () => await clients.CountFreshAsync() == caching, Seconds(30), () => "all clients hear a server again");
        double heard = Stopwatch.GetElapsedTime(began).TotalSeconds;
        int fewest = await clients.CountFewestAsync();
        TimeSpan equal = await cluster.UntilEqualAsync(Seconds(30));
        int[] lists = [.. (await Task.WhenAll(cluster.Servers.Select(ClusterUnderTest.ListAsync))).Select(list => list.Count)];

        Quantiles times = Quantiles.Of(back.Select(seconds => seconds * 1000));
        var table = TableOf($"Cluster R16{(keepsJournal ? "a" : "b")}: three servers start cold {(keepsJournal ? "with their journals" : "with empty data directories")}, {count} clients register and fetch at once", "what", "figure");
        table.Add("back after, p50 / p99 / last", Text($"{times.P50 / 1000:F2} / {times.P99 / 1000:F2} / {times.Longest / 1000:F2} s"));
        table.Add("answers 429 or 503 on the way, requests without an answer", $"{counts.Refused}, {counts.Unanswered}");
        table.Add("lists fetched that were empty", $"{counts.Empty} of {count}");
        table.Add($"shortest list of {caching} clients with a cache, of {count / Services}", $"{fewest}, all hear a server again after {Text($"{heard:F1} s")}");
        table.Add("instances at each server in the end", $"{string.Join(", ", lists)}; {Text($"digests equal {equal.TotalSeconds:F2} s later")}");
        table.Write();
        Assert.InRange(times.Longest, 0, Of(60_000, 20_000)); // twenty seconds are asked for, of a machine that does nothing else
        Assert.Equal(0, counts.Empty);
        Assert.InRange(fewest, 1, count);
        Assert.All(lists, list => Assert.Equal(count, list));
        if (keepsJournal)
        {
            Assert.Equal(count / Services, fewest);
        }

        AssertNoCrash(cluster);
    }

    /// <summary>Registers and fetches, again and again until both succeed; when they did, in seconds.</summary>
    private static async Task<double> ReturnAsync(Instance instance, ServerProcess server, long began, Counts counts)
    {
        await Task.Yield();
        while (true)
        {
            try
            {
                using HttpResponseMessage registered = await server.PostAsync(instance);
                if (registered.IsSuccessStatusCode)
                {
                    using HttpResponseMessage list = await server.Http.GetAsync(new Uri($"/v1/health/service/{instance.Service}", UriKind.Relative));
                    list.EnsureSuccessStatusCode();
                    Interlocked.Add(ref counts.Empty, (await list.Content.ReadAsStringAsync()).Length < 10 ? 1 : 0);
                    return Stopwatch.GetElapsedTime(began).TotalSeconds;
                }

                Assert.True(registered.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable, $"{registered.StatusCode}");
                Interlocked.Increment(ref counts.Refused);
                await Task.Delay(registered.Headers.RetryAfter?.Delta ?? s_pause);
            }
            catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
            {
                Interlocked.Increment(ref counts.Unanswered);
                await Task.Delay(s_pause * (0.5 + Random.Shared.NextDouble()));
            }
        }
    }

    private sealed class Counts
    {
        public int Empty;
        public int Refused;
        public int Unanswered;
    }
}
