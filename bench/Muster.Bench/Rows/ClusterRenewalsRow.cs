using System.Globalization;
using Muster.Bench.Load;
using Muster.Bench.Reporting;
using Muster.Bench.Subjects;

namespace Muster.Bench.Rows;

/// <summary>
/// 10,000 heartbeats a second of 10,000 instances arrive at a server that owns none of them; half are the second server's,
/// half the third's. What passes between the servers, and what more it costs than the same heartbeats at a server that is
/// alone and owns them all.
/// </summary>
internal sealed class ClusterRenewalsRow : IBenchRow
{
    // An instance that is heard twice between two batches is told once: the owner needs only the last.
    private const double LeastTold = 0.95;
    private const int Instances = 10_000;
    private const int LeaseSeconds = 600;
    private const double CoreTarget = 0.05;
    private const double BytesTarget = 200_000;
    private const string Bytes = "muster_cluster_replication_bytes_total";
    private const string Forwarded = "muster_cluster_renewals_forwarded_total";

    /// <summary>What the servers collect of the last second goes out by then.</summary>
    private static readonly TimeSpan LastBatch = TimeSpan.FromSeconds(2);

    public string Name => "cluster-renewals";

    public void Measure(BenchContext context, Action<ResultLine> report)
    {
        var alone = context.StartMusterDurable();
        var cluster = ServerCluster.Start(context);
        RestInstances.RegisterAll(alone.HttpPort, Bodies(0, Instances));
        RestInstances.RegisterAll(cluster.Servers[1].HttpPort, Bodies(0, Instances / 2));
        RestInstances.RegisterAll(cluster.Servers[2].HttpPort, Bodies(Instances / 2, Instances));
        cluster.WaitUntilEqual(TimeSpan.FromSeconds(30));

        var load = new RenewalLoad([.. Enumerable.Range(0, Instances).Select(Id)]);
        var rounds = new List<Round>();
        var length = TimeSpan.FromSeconds(context.Options.Quick ? 4 : 8);
        for (var round = -1; round < (context.Options.Quick ? 2 : 5); round++)
        {
            var figures = MeasureRound(load, alone, cluster, length);
            if (round >= 0)
            {
                rounds.Add(figures);
            }
        }

        Report(rounds, report);
    }

    private static void Report(List<Round> rounds, Action<ResultLine> report)
    {
        var bytes = Median(round => round.SentPerPeer);
        report(new ResultLine(
            $"{Instances:#,0} heartbeats/s at a server that owns none: sent to each of 2 peers",
            $"{bytes / 1000:0.0} kB/s, {Median(round => round.SentPerPeer * 2 / round.ToldPerSecond):0.0} B a heartbeat; {Median(round => round.ToldPerSecond):#,0} of {Median(round => round.RenewedPerSecond):#,0}/s told",
            "",
            $"{bytes / 1000:0.0} kB/s",
            $"<= {BytesTarget / 1000:0} kB/s",
            bytes <= BytesTarget && Median(round => round.ToldPerSecond / round.RenewedPerSecond) >= LeastTold));

        var more = Median(round => round.Here - round.Alone);
        report(new ResultLine(
            "the same, processor time of the server they arrive at",
            $"{Median(round => round.Here):0.0 %} of a core (without load {Median(round => round.HereIdle):0.0 %})",
            $"alone, owning all {Median(round => round.Alone):0.0 %} of a core",
            $"{more:+0.0 %;-0.0 %} of a core",
            $"<= {CoreTarget:0 %} of a core",
            more <= CoreTarget));

        var owners = Median(round => round.Owner - round.OwnerIdle);
        report(new ResultLine(
            $"the same, each of the 2 owners, {Instances / 2:#,0}/s told to it",
            $"{Median(round => round.Owner):0.0 %} of a core",
            $"the same server without load {Median(round => round.OwnerIdle):0.0 %} of a core",
            $"{owners:+0.0 %;-0.0 %} of a core",
            $"<= {CoreTarget:0 %} of a core",
            owners <= CoreTarget));

        double Median(Func<Round, double> figure) => Statistics.Median(rounds.Select(figure));
    }

    private static Round MeasureRound(RenewalLoad load, MusterServer alone, ServerCluster cluster, TimeSpan length)
    {
        var (here, owners) = (cluster.Servers[0], cluster.Servers.Skip(1).ToArray());
        var clusterBefore = Cpu(here, owners);
        var aloneBefore = alone.Process.CpuTime();
        load.Run(alone.HttpPort, length);
        var aloneCpu = alone.Process.CpuTime() - aloneBefore;
        var (hereIdle, ownersIdle) = Since(clusterBefore);

        var (bytes, forwarded) = Traffic(here);
        clusterBefore = Cpu(here, owners);
        var renewed = load.Run(here.HttpPort, length);
        var (hereCpu, ownersCpu) = Since(clusterBefore);
        Thread.Sleep(LastBatch);
        var (bytesAfter, forwardedAfter) = Traffic(here);
        return new Round(
            aloneCpu / length, hereCpu / length, hereIdle / length, ownersCpu / length / 2, ownersIdle / length / 2,
            (bytesAfter - bytes) / length.TotalSeconds / 2, (forwardedAfter - forwarded) / length.TotalSeconds, renewed / length.TotalSeconds);

        (TimeSpan Here, TimeSpan Owners) Since((TimeSpan Here, TimeSpan Owners) before)
        {
            var now = Cpu(here, owners);
            return (now.Here - before.Here, now.Owners - before.Owners);
        }
    }

    private static (TimeSpan Here, TimeSpan Owners) Cpu(ClusterServer here, ClusterServer[] owners) =>
        (here.Process.CpuTime(), owners.Aggregate(TimeSpan.Zero, (sum, owner) => sum + owner.Process.CpuTime()));

    private static (double Bytes, double Forwarded) Traffic(ClusterServer server)
    {
        var metrics = server.Metrics();
        return (metrics.Required(Bytes, "direction", "sent"), metrics.Required(Forwarded));
    }

    private static string Id(int number) => string.Create(CultureInfo.InvariantCulture, $"beat-{number:D5}");

    private static IEnumerable<string> Bodies(int from, int to) => Enumerable.Range(from, to - from).Select(i =>
        RestInstances.Body(Id(i), Registrations.ServiceName(i % 1000), Registrations.Address(i), 8080, LeaseSeconds));

    /// <summary>Parts of a core, and what was sent in a second.</summary>
    private sealed record Round(
        double Alone, double Here, double HereIdle, double Owner, double OwnerIdle, double SentPerPeer, double ToldPerSecond, double RenewedPerSecond);
}
