using Muster.Bench.Calibration;
using Muster.Bench.Load;
using Muster.Bench.Reporting;
using Muster.Bench.Subjects;

namespace Muster.Bench.Rows;

/// <summary>
/// One service of 100 instances is read with a filter that looks at each of them: once all are kept, once ten.
/// Compared with bare Kestrel that sends the same bytes, and with the same server asked without a filter.
/// </summary>
internal sealed class FilteredRow : IBenchRow
{
    private const int Instances = 100;
    private const string Path = "/v1/health/service/web100";
    private const string KeepsAll = """Service.Port == 8080 and "production" in Service.Tags and Checks.Status != critical""";
    private const string KeepsTen = """Service.Port == 8080 and Service.Address matches "^10[.]0[.]0[.]2.$" """;

    public string Name => "filter";

    public void Measure(BenchContext context, Action<ResultLine> report)
    {
        var muster = context.StartMusterDurable();
        Registrations.SendAll(muster.HttpPort, Instances, static i =>
            Registrations.Common($"web100-{i:D3}", "web100", Registrations.Address(i), 8080));
        MeasureFilter(context, report, muster, KeepsAll, kept: 100, kestrelTarget: 0.8, unfilteredTarget: 0.8);
        MeasureFilter(context, report, muster, KeepsTen, kept: 10, kestrelTarget: 0.7, unfilteredTarget: null);
    }

    private static void MeasureFilter(
        BenchContext context, Action<ResultLine> report, MusterServer muster, string filter, int kept, double kestrelTarget, double? unfilteredTarget)
    {
        var query = "?filter=" + Uri.EscapeDataString(filter);
        using var connection = muster.Connect();
        var answer = CapturedAnswer.Capture(connection, Path, query);

        var subject = Contender("Muster", muster.Process, muster.HttpPort, query);
        var bare = context.StartKestrel("bytes", [answer]);
        var kestrel = Contender(bare.Name, bare.Process, bare.Port, query);
        var unfiltered = Contender("Muster without filter", muster.Process, muster.HttpPort, "");
        var rounds = PairedRounds.Run(context.Options, subject, kestrel, unfiltered);

        var what = $"GET health/service?filter, {kept} of {Instances} instances ({answer.Body.Length:#,0} B)";
        report(Comparison.Throughput(what, rounds, subject, kestrel, kestrelTarget));
        if (unfilteredTarget is { } target)
        {
            report(Comparison.Throughput(what, rounds, subject, unfiltered, target));
        }

        static Contender Contender(string name, Processes.ServerProcess process, int port, string query) =>
            new(name, process, length => Wrk.Run(port, Path + query, length));
    }
}
