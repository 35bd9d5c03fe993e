using Muster.Bench.Calibration;
using Muster.Bench.Load;
using Muster.Bench.Reporting;

namespace Muster.Bench.Rows;

/// <summary>
/// The list of 10,000 services and their tags, as sent to clients that accept gzip (Go's do unless told otherwise) and
/// to those that do not. The target is processor time: a twentieth of what Consul spends.
/// </summary>
internal sealed class ServicesRow : IBenchRow
{
    private const int Services = 10_000;
    private const string Path = "/v1/catalog/services";

    // Consul answered 440 of these a second on one busy core: 2,270 us each. See docs/reference/benchmarks.md.
    private const double MostCpuMicros = 113;

    public string Name => "services";

    public void Measure(BenchContext context, Action<ResultLine> report)
    {
        var muster = context.StartMusterDurable();
        Registrations.SendAll(muster.HttpPort, Services, static i =>
            Registrations.Common($"{Registrations.ServiceName(i)}-1", Registrations.ServiceName(i), Registrations.Address(i), 8080));
        using var connection = muster.Connect();
        var answer = CapturedAnswer.Capture(connection, Path);

        var plain = Contender("Muster", muster.Process, muster.HttpPort, header: null);
        var compressed = Contender("Muster", muster.Process, muster.HttpPort, "Accept-Encoding: gzip");
        var bare = context.StartKestrel("bytes", [answer]);
        var kestrel = Contender(bare.Name, bare.Process, bare.Port, header: null);
        var rounds = PairedRounds.Run(context.Options, compressed, plain, kestrel);

        report(Line("gzip", compressed) with { Target = $"<= {MostCpuMicros} us", Reached = rounds.Median(compressed).CpuMicros <= MostCpuMicros });
        report(Line($"plain, {answer.Body.Length:#,0} B", plain));

        ResultLine Line(string form, Contender subject)
        {
            var mine = rounds.Median(subject);
            return new ResultLine(
                $"GET catalog/services, {Services:#,0} services, {form}", $"{mine}", $"{kestrel.Name}, plain {rounds.Median(kestrel)}",
                $"{mine.CpuMicros:0} us", "", Reached: null);
        }

        static Contender Contender(string name, Processes.ServerProcess process, int port, string? header) =>
            new(name, process, length => Wrk.RunWith(header, port, Path, length));
    }
}
