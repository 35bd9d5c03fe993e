using Muster.Bench.Calibration;
using Muster.Bench.Load;
using Muster.Bench.Reporting;
using Muster.Bench.Subjects;

namespace Muster.Bench.Rows;

/// <summary>One hot service is read, with 3 and with 100 instances; bare Kestrel and nginx send the same bytes.</summary>
internal sealed class ReadRow : IBenchRow
{
    private const string Query = "?passing";

    public string Name => "read";

    public void Measure(BenchContext context, Action<ResultLine> report)
    {
        var muster = context.StartMusterDurable();
        MeasureSize(context, report, muster, instances: 3, kestrelTarget: 0.8, nginxTarget: 0.65);
        MeasureSize(context, report, muster, instances: 100, kestrelTarget: 0.9, nginxTarget: null);
    }

    private static void MeasureSize(
        BenchContext context, Action<ResultLine> report, MusterServer muster, int instances, double kestrelTarget, double? nginxTarget)
    {
        var service = $"web{instances}";
        Registrations.SendAll(muster.HttpPort, instances, i =>
            Registrations.Common($"{service}-{i:D3}", service, Registrations.Address(i), 8080));
        using var connection = muster.Connect();
        var answer = CapturedAnswer.Capture(connection, $"/v1/health/service/{service}", Query);

        var subject = Contender(new HttpSubject("Muster", muster.Process, muster.HttpPort));
        var kestrel = Contender(context.StartKestrel("bytes", [answer]));
        var nginx = Contender(context.StartNginx(answer));
        var rounds = PairedRounds.Run(context.Options, subject, kestrel, nginx);

        var what = $"GET health/service?passing, {instances} instances ({answer.Body.Length:#,0} B)";
        report(Comparison.Throughput(what, rounds, subject, kestrel, kestrelTarget));
        report(nginxTarget is { } target
            ? Comparison.Throughput(what, rounds, subject, nginx, target)
            : Comparison.Throughput(what, rounds, subject, nginx, 0) with { Target = "", Reached = null });

        Contender Contender(HttpSubject server) =>
            new(server.Name, server.Process, length => Wrk.Run(server.Port, answer.Path + Query, length));
    }
}
