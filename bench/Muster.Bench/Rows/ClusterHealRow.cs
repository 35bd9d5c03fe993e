using System.Diagnostics;
using System.Globalization;
using Muster.Bench.Load;
using Muster.Bench.Reporting;
using Muster.Bench.Subjects;
using Muster.Bench.Verification;
using Muster.FaultProxy;

namespace Muster.Bench.Rows;

/// <summary>
/// 10,000 instances, a partition of two servers against one, writes on both sides; then the time until all have the same,
/// and whether that is what was acknowledged.
/// </summary>
internal sealed class ClusterHealRow : IBenchRow
{
    private const int Instances = 10_000;
    private const int Services = 100;
    private const int PerSecond = 100;
    private const int FirstPort = 8080;
    private const double SecondsTarget = 5;

    public string Name => "cluster-heal";

    public void Measure(BenchContext context, Action<ResultLine> report)
    {
        var partition = TimeSpan.FromSeconds(context.Options.Quick ? 10 : 60);
        var cluster = ServerCluster.StartWithNetwork(context);
        WriteLedger[] ledgers = [.. cluster.Servers.Select((server, index) => new WriteLedger(new Random(index), server.Name))];
        RegisterAll(cluster, ledgers);
        cluster.WaitUntilEqual(TimeSpan.FromSeconds(30));

        cluster.Network!.Isolate(cluster.Servers[2].Name, Fault.Hold);
        Workers.Run(ledgers.Length, side => Write(cluster.Servers[side], ledgers[side], partition));
        cluster.Network.Heal();
        var equal = cluster.WaitUntilEqual(TimeSpan.FromSeconds(60));

        var (lost, resurrected) = Compare(cluster, ledgers);
        report(new ResultLine(
            $"{Instances:#,0} instances, {partition.TotalSeconds:0} s partition 2|1, {PerSecond} writes/s at each server, heal -> equal digests",
            $"{equal.TotalSeconds:0.00} s; {ledgers.Sum(ledger => ledger.Written):#,0} writes acknowledged, {lost} lost, {resurrected} resurrected",
            "",
            $"{equal.TotalSeconds:0.00} s",
            $"< {SecondsTarget:0} s; 0 lost, 0 resurrected",
            equal.TotalSeconds < SecondsTarget && lost == 0 && resurrected == 0));
    }

    /// <summary>
    /// Server and ledger of an instance are independent of each other: most of what a side writes in the partition is at
    /// home on the other servers.
    /// </summary>
    private static void RegisterAll(ServerCluster cluster, WriteLedger[] ledgers)
    {
        var bodies = cluster.Servers.Select(_ => new List<string>()).ToArray();
        for (var i = 0; i < Instances; i++)
        {
            var (id, service) = (string.Create(CultureInfo.InvariantCulture, $"first-{i:D5}"), i % Services);
            bodies[i % bodies.Length].Add(RestInstances.Body(id, WriteLedger.ServiceOf(service), Registrations.Address(i), FirstPort));
            ledgers[i / bodies.Length % ledgers.Length].Has(id, service, FirstPort);
        }

        for (var i = 0; i < bodies.Length; i++)
        {
            RestInstances.RegisterAll(cluster.Servers[i].HttpPort, bodies[i]);
        }
    }

    private static void Write(ClusterServer server, WriteLedger ledger, TimeSpan length)
    {
        using var connection = server.Connect();
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < length)
        {
            ledger.WriteOne(connection, Services);
            var ahead = TimeSpan.FromSeconds(ledger.Written / (double)PerSecond) - clock.Elapsed;
            Thread.Sleep(ahead > TimeSpan.Zero ? ahead : TimeSpan.Zero);
        }
    }

    private static (int Lost, int Resurrected) Compare(ServerCluster cluster, WriteLedger[] ledgers)
    {
        var (lost, resurrected) = (0, 0);
        foreach (var server in cluster.Servers)
        {
            using var connection = server.Connect();
            var found = RestInstances.List(connection, Enumerable.Range(0, Services).Select(WriteLedger.ServiceOf));
            foreach (var ledger in ledgers)
            {
                var difference = ledger.Compare(found);
                lost += difference.Lost;
                resurrected += difference.Resurrected;
            }
        }

        return (lost, resurrected);
    }
}
