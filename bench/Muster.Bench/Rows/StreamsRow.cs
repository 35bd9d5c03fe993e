using System.Diagnostics;
using System.Globalization;
using System.Text;
using Muster.Bench.Calibration;
using Muster.Bench.Load;
using Muster.Bench.Reporting;
using Muster.Bench.Subjects;

namespace Muster.Bench.Rows;

/// <summary>
/// The watch stream of the REST API, of which every client process holds one: how long one change takes to the last of a
/// thousand, and what a stream of twenty services costs while nothing happens.
/// </summary>
internal sealed class StreamsRow : IBenchRow
{
    private const int Count = 1_000;
    private const int Idle = 5_000;
    private const int Services = 20;
    private const int Instances = 3;
    private const double Kibibyte = 1024;
    private const double MillisTarget = 50;
    private const double MemoryTarget = 24;
    private const string Snapshot = "\"type\":\"snapshot\"";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Long enough for an idle server to have given back what it does not need.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(20);

    private static readonly string Question =
        "/api/v1/watch?detail=endpoint" + string.Concat(Enumerable.Range(0, Services).Select(service => "&service=" + Registrations.ServiceName(service)));

    private int _generation;

    public string Name => "streams";

    public void Measure(BenchContext context, Action<ResultLine> report)
    {
        MeasureFanOut(context, report);
        MeasureMemory(Start(context), report);
    }

    private static MusterServer Start(BenchContext context)
    {
        var muster = context.StartMusterInMemory();
        Registrations.SendAll(muster.HttpPort, Services * Instances, i => Body(i, Generation(0)));
        return muster;
    }

    private void MeasureFanOut(BenchContext context, Action<ResultLine> report)
    {
        var muster = Start(context);
        var kestrel = context.StartKestrel("stream", [CaptureChange(muster)]);
        using var mine = new FanOut(this, new HttpSubject("Muster", muster.Process, muster.HttpPort), isCalibration: false);
        using var theirs = new FanOut(this, kestrel, isCalibration: true);
        const int WarmUps = 3;
        var rounds = new List<(FanOutFigures Mine, FanOutFigures Theirs)>();
        for (var round = -WarmUps; round < context.Options.Rounds + 4; round++)
        {
            var pair = (mine.Run(), theirs.Run());
            if (round >= 0)
            {
                rounds.Add(pair);
            }
        }

        var above = Statistics.Median(rounds.Select(round => round.Mine.Millis - round.Theirs.Millis));
        report(new ResultLine(
            $"1 change -> last of {Count:#,0} streams of {Services} services",
            Describe(rounds.Select(round => round.Mine)),
            $"{kestrel.Name} stream {Describe(rounds.Select(round => round.Theirs))}",
            $"{above:+0;-0;0} ms",
            $"<= +{MillisTarget:0} ms",
            above <= MillisTarget));
    }

    private static string Describe(IEnumerable<FanOutFigures> figures)
    {
        var all = figures.ToArray();
        return $"{Statistics.Median(all.Select(f => f.Millis)):0} ms (worst {all.Max(f => f.Millis):0}), "
            + $"{Statistics.Median(all.Select(f => f.CpuMillis * 1000 / Count)):0.0} us CPU";
    }

    private static void MeasureMemory(MusterServer muster, Action<ResultLine> report)
    {
        var before = ResidentAtRest(muster);
        var cpu = muster.Process.CpuTime();
        using var streams = new Streams(muster.HttpPort, Idle, Question, Snapshot, Services);
        var arrival = (muster.Process.CpuTime() - cpu).TotalMilliseconds * 1000 / Idle;
        var atOnce = (muster.Process.ResidentBytes() - before) / Kibibyte / Idle;
        var each = (ResidentAtRest(muster) - before) / Kibibyte / Idle;
        report(new ResultLine(
            $"{Idle:#,0} idle streams of {Services} services, resident memory each",
            $"{each:0.0} KiB ({atOnce:0.0} at once), {arrival:0} us CPU to arrive",
            "",
            $"{each:0.0} KiB",
            $"<= {MemoryTarget:0} KiB",
            each <= MemoryTarget));
    }

    private static long ResidentAtRest(MusterServer muster)
    {
        muster.Process.WaitUntilIdle(Patience);
        Thread.Sleep(Rest);
        return muster.Process.ResidentBytes();
    }

    /// <summary>Makes a change and keeps the bytes that a stream gets for it.</summary>
    private CapturedAnswer CaptureChange(MusterServer muster)
    {
        using var streams = new Streams(muster.HttpPort, 1, Question, Snapshot, Services);
        using var writer = muster.Connect();
        writer.Put("/v1/agent/service/register", NextBody()).EnsureOk("change");
        streams.First.ReceiveUntil("{\"type\":\"changed\""u8);
        var line = "{\"type\":\"changed\"" + Encoding.UTF8.GetString(streams.First.ReceiveUntil("\n"u8));
        return new CapturedAnswer(Question, [new("Content-Type", "application/x-ndjson"), new("Cache-Control", "no-store")], Encoding.UTF8.GetBytes(line));
    }

    private byte[] NextBody() => Body(0, Generation(++_generation));

    private static byte[] Body(int number, string generation) => Registrations.Common(
        $"{Registrations.ServiceName(number % Services)}-{number / Services}", Registrations.ServiceName(number % Services),
        Registrations.Address(number), 8080, generation);

    private static string Generation(int number) => number.ToString("D9", CultureInfo.InvariantCulture);

    private readonly record struct FanOutFigures(double Millis, double CpuMillis);

    /// <summary>The streams of one server, used for round after round.</summary>
    private sealed class FanOut(StreamsRow row, HttpSubject server, bool isCalibration) : IDisposable
    {
        private readonly Streams _streams = isCalibration
            ? new Streams(server.Port, Count, Question, "}\n", 1)
            : new Streams(server.Port, Count, Question, Snapshot, Services);

        private readonly HttpConnection _writer = HttpConnection.Open(server.Port);
        private bool _isRead;

        public FanOutFigures Run()
        {
            if (!_isRead && !isCalibration)
            {
                // the rest of the last snapshot line
                _streams.ReceiveAll("}\n");
                _isRead = true;
            }

            server.Process.WaitUntilIdle(Patience);
            var change = HttpConnection.Request("PUT", "/v1/agent/service/register", row.NextBody());
            var cpuBefore = server.Process.CpuTime();
            var clock = Stopwatch.StartNew();
            _writer.Send(change);
            _streams.ReceiveAll(isCalibration ? "}\n" : Generation(row._generation));
            var elapsed = clock.Elapsed;
            _writer.Receive().EnsureOk("change");
            if (!isCalibration)
            {
                _streams.ReceiveAll("}\n");
            }

            return new FanOutFigures(elapsed.TotalMilliseconds, (server.Process.CpuTime() - cpuBefore).TotalMilliseconds);
        }

        public void Dispose()
        {
            _writer.Dispose();
            _streams.Dispose();
        }
    }
}
