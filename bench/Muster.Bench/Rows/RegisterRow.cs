using System.Globalization;
using Muster.Bench.Calibration;
using Muster.Bench.Load;
using Muster.Bench.Reporting;

namespace Muster.Bench.Rows;

/// <summary>
/// 64 connections register an instance that is new each time, spread over 10,000 services. Muster acknowledges
/// when it is on disk; the calibration parses the JSON and keeps it in memory.
/// </summary>
internal sealed class RegisterRow : IBenchRow
{
    private const int Services = 10_000;
    private const double PerSecondTarget = 15_000;

    private int _run;

    public string Name => "register";

    public void Measure(BenchContext context, Action<ResultLine> report)
    {
        var template = context.PathOf("register.json");
        File.WriteAllBytes(template, Registrations.Common("@service@-@id@", "@service@", "10.1.2.3", 8080));
        var muster = context.StartMusterDurable();
        using var connection = muster.Connect();
        const string Path = "/v1/agent/service/register";
        var answer = CapturedAnswer.From(Path, connection.Put(Path, Registrations.Common("first", "first", "10.1.2.3", 8080)).EnsureOk(Path));
        var kestrel = context.StartKestrel("register", [answer]);

        var acknowledged = 0L;
        var subject = new Contender("Muster", muster.Process, length =>
        {
            var sample = Load(muster.HttpPort, length, template);
            acknowledged += sample.Requests;
            return sample;
        });
        var calibration = new Contender(kestrel.Name, kestrel.Process, length => Load(kestrel.Port, length, template));
        var rounds = PairedRounds.Run(context.Options, subject, calibration);

        EnsureStored(connection, acknowledged);
        var perSecond = rounds.Median(subject).PerSecond;
        report(Comparison.Throughput(
            "PUT agent/service/register, durable, 64 connections",
            rounds,
            subject,
            calibration,
            target: 0.25,
            ($"journal {(double)muster.DataBytes() / acknowledged:0} B each", $">= {PerSecondTarget:#,0}/s", perSecond >= PerSecondTarget)));
    }

    /// <summary>Counts what a sample of the services holds, so that an empty 200 cannot pass for a registration.</summary>
    private static void EnsureStored(HttpConnection connection, long acknowledged)
    {
        const int Sample = 200;
        const double Tolerance = 0.25; // the scripts spread instances evenly, but stop in the middle of a turn
        var found = 0;
        for (var i = 0; i < Sample; i++)
        {
            var service = Registrations.ServiceName(i * (Services / Sample));
            found += connection.Get("/v1/health/service/" + service).EnsureOk(service).Body.Count("\"EnableTagOverride\""u8);
        }

        var expected = acknowledged * (double)Sample / Services;
        if (Math.Abs(found - expected) > expected * Tolerance)
        {
            throw new BenchException($"{Sample} of {Services} services hold {found} instances where {expected:0} were acknowledged");
        }
    }

    private LoadSample Load(int port, TimeSpan length, string template) => Wrk.Run(
        port, "/", length, "register.lua", template, (++_run).ToString(CultureInfo.InvariantCulture), $"{Services}");
}
