using Muster.Bench.Load;
using Muster.Bench.Reporting;
using Muster.Bench.Subjects;
using Muster.FaultProxy;

namespace Muster.Bench.Rows;

/// <summary>Registrations at one server while another one stands still, or hears and says little, against all being well.</summary>
internal sealed class ClusterStoppedRow : IBenchRow
{
    private const double LatencyTarget = 1.5;
    private const double GrowthTarget = 64;
    private const double Mebibyte = 1024 * 1024;
    private const int SlowBytesPerSecond = 8_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public string Name => "cluster-stopped";

    public void Measure(BenchContext context, Action<ResultLine> report)
    {
        var cluster = ServerCluster.StartWithNetwork(context);
        var port = cluster.Servers[0].HttpPort;
        WriteLatency.Measure(port, context.Options.WarmUp * 2);

        var (well, stopped, slow) = (new List<LoadSample>(), new List<LoadSample>(), new List<LoadSample>());
        var length = TimeSpan.FromSeconds(context.Options.Quick ? 2 : 4);
        for (var round = 0; round < (context.Options.Quick ? 3 : 5); round++)
        {
            well.Add(WriteLatency.Measure(port, length));
            stopped.Add(WhileStopped(cluster, () => WriteLatency.Measure(port, length)));
            slow.Add(WhileSlow(cluster, () => WriteLatency.Measure(port, length)));
        }

        report(Line("stopped (SIGSTOP)", stopped, well));
        report(Line($"slow ({SlowBytesPerSecond / 1000} kB/s each way)", slow, well));
        MeasureMemory(cluster, TimeSpan.FromSeconds(context.Options.Quick ? 6 : 20), report);
    }

    private static void MeasureMemory(ServerCluster cluster, TimeSpan length, Action<ResultLine> report)
    {
        var port = cluster.Servers[0].HttpPort;
        var well = Growth(cluster, () => WriteLatency.Measure(port, length));
        var stopped = WhileStopped(cluster, () => Growth(cluster, () => WriteLatency.Measure(port, length)));
        report(new ResultLine(
            $"resident memory of the server after {length.TotalSeconds:0} s of that with a peer stopped",
            $"{stopped.After:0} MiB, {stopped.Growth:+0.0;-0.0} MiB",
            $"all well {well.After:0} MiB, {well.Growth:+0.0;-0.0} MiB",
            $"{stopped.Growth:+0.0;-0.0} MiB",
            $"<= +{GrowthTarget:0} MiB",
            stopped.Growth <= GrowthTarget));
    }

    private static (double After, double Growth) Growth(ServerCluster cluster, Action load)
    {
        var process = cluster.Servers[0].Process;
        var before = process.ResidentBytes() / Mebibyte;
        load();
        var after = process.ResidentBytes() / Mebibyte;
        return (after, after - before);
    }

    private static T WhileStopped<T>(ServerCluster cluster, Func<T> measure)
    {
        var sick = cluster.Servers[2].Process;
        sick.Pause();
        try
        {
            return measure();
        }
        finally
        {
            sick.Resume();
            cluster.WaitUntilEqual(Patience);
        }
    }

    private static LoadSample WhileSlow(ServerCluster cluster, Func<LoadSample> measure)
    {
        cluster.Network!.Isolate(cluster.Servers[2].Name, Fault.Throttle(SlowBytesPerSecond));
        try
        {
            return measure();
        }
        finally
        {
            cluster.Network.Heal();
            cluster.WaitUntilEqual(Patience);
        }
    }

    private static ResultLine Line(string what, List<LoadSample> sick, List<LoadSample> well)
    {
        var ratio = Statistics.Median(sick.Zip(well, (one, other) => one.P99Millis / other.P99Millis));
        return new ResultLine(
            $"register at {WriteLatency.PerSecond:#,0}/s, one of two peers {what}",
            Describe(sick),
            $"all well {Describe(well)}",
            $"{ratio:0.00}x the time",
            $"<= {LatencyTarget:0.0}x",
            ratio <= LatencyTarget);
    }

    private static string Describe(List<LoadSample> rounds) =>
        $"p50 {Statistics.Median(rounds.Select(round => round.P50Millis)):0.00} p99 {Statistics.Median(rounds.Select(round => round.P99Millis)):0.0} ms";
}
