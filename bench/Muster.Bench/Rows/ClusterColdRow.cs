using System.Diagnostics;
using System.Globalization;
using Muster.Bench.Load;
using Muster.Bench.Reporting;
using Muster.Bench.Subjects;

namespace Muster.Bench.Rows;

/// <summary>
/// Three servers are killed and started again, with their journals and with nothing; 10,000 clients register again and
/// fetch a list at once, each over a connection of its own. Beside them, clients of the library, which have a cache.
/// </summary>
internal sealed class ClusterColdRow : IBenchRow
{
    private const int Clients = 10_000;
    private const int Services = 1_000;
    private const int LeaseSeconds = 60;
    private const int CachingClientCount = 100;
    private const double SecondsTarget = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    public string Name => "cluster-cold";

    public void Measure(BenchContext context, Action<ResultLine> report)
    {
        var cluster = ServerCluster.Start(context);
        MeasureAsync(cluster, keepsJournal: true, report).GetAwaiter().GetResult();
        MeasureAsync(cluster, keepsJournal: false, report).GetAwaiter().GetResult();
    }

    private static async Task MeasureAsync(ServerCluster cluster, bool keepsJournal, Action<ResultLine> report)
    {
        var ports = cluster.Servers.Select(server => server.HttpPort).ToArray();
        (string Service, string Body)[] clients = [.. Enumerable.Range(0, Clients).Select(Client)];
        for (var i = 0; i < ports.Length; i++)
        {
            RestInstances.RegisterAll(ports[i], clients.Where((_, index) => index % ports.Length == i).Select(client => client.Body));
        }

        cluster.WaitUntilEqual(Patience);
        const int InstancesPerService = Clients / Services;
        await using var caching = new CachingClients(ports, CachingClientCount, clients[0].Service);
        await caching.KnowAsync(InstancesPerService);
        Kill(cluster, keepsJournal);

        using var patience = new CancellationTokenSource(Patience);
        var clock = Stopwatch.StartNew();
        cluster.Launch();
        var returning = new ReturningClients(ports);
        var back = await returning.ReturnAsync(clients, clock, patience.Token);
        await caching.HearAsync(InstancesPerService, clock);
        var heard = clock.Elapsed.TotalSeconds;
        cluster.WaitUntilEqual(Patience);

        var isComplete = cluster.Servers.All(server => CountInstances(server) == Clients);
        var seconds = Math.Max(back.Max(), heard);
        report(new ResultLine(
            $"three servers start cold {(keepsJournal ? "with their journals" : "with empty data directories")}, {Clients:#,0} clients return at once",
            $"back p50 {Statistics.Median(back):0.0} s, last {back.Max():0.0} s; refused {returning.Refused:#,0}, unanswered {returning.Unanswered:#,0}; "
                + $"{caching.Count} clients with a cache hear again after {heard:0.0} s",
            $"empty lists {returning.Empty}, shortest in a cache {caching.Fewest} of {InstancesPerService}; {(isComplete ? "all" : "NOT all")} at each server in the end",
            $"{seconds:0.0} s",
            $"< {SecondsTarget:0} s, no empty list",
            seconds < SecondsTarget && returning.Empty == 0 && caching.Fewest > 0 && isComplete));
    }

    private static void Kill(ServerCluster cluster, bool keepsJournal)
    {
        foreach (var server in cluster.Servers)
        {
            server.Process.Crash();
            if (!keepsJournal)
            {
                Directory.Delete(server.DataDirectory, recursive: true);
            }
        }
    }

    private static int CountInstances(ClusterServer server)
    {
        using var connection = server.Connect();
        return RestInstances.List(connection, Enumerable.Range(0, Services).Select(Registrations.ServiceName)).Count;
    }

    private static (string Service, string Body) Client(int number)
    {
        var service = Registrations.ServiceName(number % Services);
        var id = string.Create(CultureInfo.InvariantCulture, $"cold-{number:D5}");
        return (service, RestInstances.Body(id, service, Registrations.Address(number), 8080, LeaseSeconds));
    }
}
