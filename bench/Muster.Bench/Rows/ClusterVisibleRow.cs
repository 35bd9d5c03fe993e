using System.Diagnostics;
using System.Text;
using Muster.Bench.Load;
using Muster.Bench.Reporting;
using Muster.Bench.Subjects;

namespace Muster.Bench.Rows;

/// <summary>
/// From sending a registration to one of three servers until blocked readers of both others have its answer. In turns with
/// that, until a blocked reader of the same server has it.
/// </summary>
internal sealed class ClusterVisibleRow : IBenchRow
{
    private const int Lanes = 4;
    private const int PerSecond = 100;
    private const int WarmUps = 400;
    private const double TargetMillis = 100;

    public string Name => "cluster-visible";

    public void Measure(BenchContext context, Action<ResultLine> report)
    {
        var cluster = ServerCluster.Start(context);
        Run(cluster, "warm", WarmUps);
        var (here, everywhere) = Run(cluster, "visible", context.Options.Quick ? 1_200 : 3_000);
        var p99 = Statistics.Percentile(everywhere, 0.99);
        report(new ResultLine(
            $"registered at one server, {PerSecond}/s -> seen at both others, {everywhere.Count:#,0} times",
            Describe(everywhere),
            $"seen at the same server {Describe(here)}",
            $"p99 {p99:0.0} ms",
            $"p99 <= {TargetMillis:0} ms",
            p99 <= TargetMillis));
    }

    private static (List<double> Here, List<double> Everywhere) Run(ServerCluster cluster, string prefix, int count)
    {
        var here = new List<double>();
        var everywhere = new List<double>();
        var clock = Stopwatch.StartNew();
        Workers.Run(Lanes, lane =>
        {
            using var writer = cluster.Servers[0].Connect();
            var readers = cluster.Servers.Select(server => server.Connect()).ToArray();
            for (var i = lane; i < count; i += Lanes)
            {
                var ahead = TimeSpan.FromSeconds(i / (double)PerSecond) - clock.Elapsed;
                Thread.Sleep(ahead > TimeSpan.Zero ? ahead : TimeSpan.Zero);
                var isEverywhere = i / Lanes % 2 == 0;
                var millis = MeasureOne(writer, isEverywhere ? readers[1..] : readers[..1], $"{prefix}-{i:D5}");
                lock (clock)
                {
                    (isEverywhere ? everywhere : here).Add(millis);
                }
            }

            Array.ForEach(readers, reader => reader.Dispose());
        });
        return (here, everywhere);
    }

    /// <summary>Registers an instance of a service that nobody has heard of, for which the readers wait.</summary>
    private static double MeasureOne(HttpConnection writer, HttpConnection[] readers, string service)
    {
        var path = $"/v1/health/service/{service}?passing";
        foreach (var reader in readers)
        {
            Park(reader, path, reader.Get(path).EnsureOk(path).Index);
        }

        var body = Registrations.Common(service, service, "10.9.9.9", 8080);
        var request = HttpConnection.Request("PUT", "/v1/agent/service/register", body);
        var name = Encoding.ASCII.GetBytes($"\"{service}\"");
        var clock = Stopwatch.StartNew();
        writer.Send(request);
        foreach (var reader in readers)
        {
            while (reader.Receive().EnsureOk(path) is var answer && answer.Body.IndexOf(name) < 0)
            {
                Park(reader, path, answer.Index);
            }
        }

        var millis = clock.Elapsed.TotalMilliseconds;
        writer.Receive().EnsureOk("register");
        return millis;
    }

    private static void Park(HttpConnection reader, string path, long index) =>
        reader.Send(HttpConnection.Request("GET", $"{path}&index={index}&wait=60s"));

    private static string Describe(List<double> millis) =>
        $"p50 {Statistics.Median(millis):0.0} p99 {Statistics.Percentile(millis, 0.99):0.0} worst {millis.Max():0} ms";
}
