using System.Diagnostics;
using System.Globalization;
using System.Text;
using Muster.Bench.Calibration;
using Muster.Bench.Load;
using Muster.Bench.Processes;
using Muster.Bench.Reporting;
using Muster.Bench.Subjects;

namespace Muster.Bench.Rows;

/// <summary>
/// One change wakes everyone who waits for the service: the time from sending the change to having read the last
/// answer. And what 5,000 parked watchers cost those who write to other services.
/// </summary>
internal sealed class WatchRow : IBenchRow
{
    private const string Service = "hot";
    private const string Path = "/v1/health/service/" + Service;
    private const double FanOutTarget = 2;
    private const double WriteTarget = 2;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>2,000 writes: enough for a 99th percentile.</summary>
    private static readonly TimeSpan WriteRound = TimeSpan.FromSeconds(2);

    /// <summary>Writes before the measured ones: enough garbage for the collections that follow the watchers' arrival.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(6);

    private int _generation;

    public string Name => "watch";

    public void Measure(BenchContext context, Action<ResultLine> report)
    {
        var muster = context.StartMusterInMemory();
        using var connection = muster.Connect();
        for (var i = 0; i < 3; i++)
        {
            connection.Put("/v1/agent/service/register", Body(i)).EnsureOk("register");
        }

        var answer = CapturedAnswer.Capture(connection, Path, "?passing");
        var kestrel = context.StartKestrel("longpoll", [answer]);
        foreach (var count in (int[])[1_000, 5_000])
        {
            MeasureFanOut(context.Options, report, count, new HttpSubject("Muster", muster.Process, muster.HttpPort), kestrel);
        }

        MeasureWrites(context.Options, report, muster, watcherCount: 5_000);
    }

    private void MeasureFanOut(BenchOptions options, Action<ResultLine> report, int count, HttpSubject muster, HttpSubject kestrel)
    {
        using var mine = new FanOut(this, muster, count, isCalibration: false);
        using var theirs = new FanOut(this, kestrel, count, isCalibration: true);
        const int WarmUps = 2;
        var rounds = new List<(FanOutFigures Mine, FanOutFigures Theirs)>();
        for (var round = -WarmUps; round < options.Rounds + 2; round++)
        {
            var pair = (mine.Run(), theirs.Run());
            if (round >= 0)
            {
                rounds.Add(pair);
            }
        }

        var ratio = Statistics.Median(rounds.Select(round => round.Mine.Millis / round.Theirs.Millis));
        report(new ResultLine(
            $"1 change -> last of {count:#,0} blocked watchers",
            Describe(rounds.Select(round => round.Mine)),
            $"{kestrel.Name} long-poll {Describe(rounds.Select(round => round.Theirs))}",
            $"{ratio:0.00}x the time",
            $"<= {FanOutTarget:0.0}x",
            ratio <= FanOutTarget));

        string Describe(IEnumerable<FanOutFigures> figures)
        {
            var all = figures.ToArray();
            return $"{Statistics.Median(all.Select(f => f.Millis)):0} ms (worst {all.Max(f => f.Millis):0}), "
                + $"{Statistics.Median(all.Select(f => f.CpuMillis * 1000 / count)):0.0} us CPU";
        }
    }

    private static void MeasureWrites(BenchOptions options, Action<ResultLine> report, MusterServer muster, int watcherCount)
    {
        var alone = new List<double>();
        var watched = new List<double>();
        WriteLatency.Measure(muster.HttpPort, options.WarmUp);
        for (var round = 0; round < options.Rounds; round++)
        {
            muster.Process.WaitUntilIdle(Patience);
            alone.Add(WriteLatency.Measure(muster.HttpPort, WriteRound).P99Millis);
            using var watchers = new Watchers(muster.HttpPort, watcherCount, Path);
            using var connection = muster.Connect();
            watchers.Park(connection.Get(Path).EnsureOk(Path).Index);
            muster.Process.WaitUntilIdle(Patience);

            // What parked watchers cost is asked, not what their arrival does: 5,000 new connections leave tens of MiB
            // of young objects, which the next collections move once, for some 20 ms. The other side is settled too.
            WriteLatency.Measure(muster.HttpPort, Settling);
            watched.Add(WriteLatency.Measure(muster.HttpPort, WriteRound).P99Millis);
            watchers.EnsureAllParked();
        }

        var ratio = Statistics.Median(watched.Zip(alone, (with, without) => with / without));
        report(new ResultLine(
            $"register others at {WriteLatency.PerSecond:#,0}/s, -dev, {watcherCount:#,0} watchers parked",
            $"p99 {Statistics.Median(watched):0.00} ms",
            $"no watchers p99 {Statistics.Median(alone):0.00} ms",
            $"{ratio:0.00}x the time",
            $"<= {WriteTarget:0.0}x",
            ratio <= WriteTarget));
    }

    private byte[] Body(int instance) => Registrations.Common(
        $"{Service}-{instance}", Service, Registrations.Address(instance), 8080, Generation());

    private string Generation() => _generation.ToString("D9", CultureInfo.InvariantCulture);

    private readonly record struct FanOutFigures(double Millis, double CpuMillis);

    /// <summary>The watchers of one server, used for round after round.</summary>
    private sealed class FanOut(WatchRow row, HttpSubject server, int count, bool isCalibration) : IDisposable
    {
        private readonly Watchers _watchers = new(server.Port, count, Path);
        private readonly HttpConnection _writer = HttpConnection.Open(server.Port);

        public FanOutFigures Run()
        {
            _watchers.Park(_writer.Get(Path).EnsureOk(Path).Index);
            server.Process.WaitUntilIdle(Patience);
            _watchers.EnsureAllParked();

            row._generation++;
            var change = HttpConnection.Request("PUT", "/v1/agent/service/register", row.Body(0));
            var expected = isCalibration ? "\"" : row.Generation();
            var cpuBefore = server.Process.CpuTime();
            var clock = Stopwatch.StartNew();
            _writer.Send(change);
            var wrong = _watchers.ReceiveAll(Encoding.ASCII.GetBytes(expected));
            var elapsed = clock.Elapsed;
            _writer.Receive().EnsureOk("change");
            if (wrong > 0)
            {
                throw new BenchException($"{wrong} of {count} watchers of {server.Name} got a wrong answer");
            }

            return new FanOutFigures(elapsed.TotalMilliseconds, (server.Process.CpuTime() - cpuBefore).TotalMilliseconds);
        }

        public void Dispose()
        {
            _writer.Dispose();
            _watchers.Dispose();
        }
    }
}
