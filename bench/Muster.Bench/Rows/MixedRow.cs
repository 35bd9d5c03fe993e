using System.Diagnostics;
using Muster.Bench.Calibration;
using Muster.Bench.Load;
using Muster.Bench.Processes;
using Muster.Bench.Reporting;
using Muster.Bench.Verification;

namespace Muster.Bench.Rows;

/// <summary>
/// Random reads over 10,000 services while 100 changes a second land. wrk gives the throughput, verifying readers
/// check answers beside it, and then alone as fast as they can.
/// </summary>
internal sealed class MixedRow : IBenchRow
{
    private const int VerifierThreads = 4;
    private static readonly TimeSpan SamplingRest = TimeSpan.FromMilliseconds(4);

    public string Name => "mixed";

    public void Measure(BenchContext context, Action<ResultLine> report)
    {
        var muster = context.StartMusterDurable();
        ChangingFleet.RegisterAll(muster.HttpPort);
        var kestrel = context.StartKestrel("bytes", CaptureAll(muster.HttpPort));

        var fleet = new ChangingFleet();
        var verifier = new AnswerVerifier(fleet);
        var unchecked_ = new AnswerVerifier(new ChangingFleet());
        var subject = Contender("Muster", muster.Process, muster.HttpPort, fleet, verifier);
        var calibration = Contender(kestrel.Name, kestrel.Process, kestrel.Port, null, unchecked_);
        var rounds = PairedRounds.Run(context.Options, subject, calibration);
        VerifyAtFullSpeed(context.Options.WarmUp, muster.HttpPort, fleet, verifier);

        var verdict = $"{verifier.Verified:#,0} answers verified, {verifier.Wrong:#,0} wrong";
        if (verifier.FirstFault is { } fault)
        {
            Console.Error.WriteLine($"      first wrong answer: {fault}");
        }

        report(Comparison.Throughput(
            "GET health/service?passing, random over 10,000 services, 100 changes/s",
            rounds,
            subject,
            calibration,
            target: 0.7,
            (verdict, "all correct", verifier.Wrong == 0)));
    }

    private static List<CapturedAnswer> CaptureAll(int port)
    {
        using var connection = HttpConnection.Open(port);
        var answers = new List<CapturedAnswer>(ChangingFleet.Services);
        for (var service = 0; service < ChangingFleet.Services; service++)
        {
            answers.Add(CapturedAnswer.Capture(connection, ChangingFleet.Path(service), "?passing"));
        }

        return answers;
    }

    /// <summary>The changer and the sampling reader load both contenders alike; only Muster's changes are real.</summary>
    private static Contender Contender(string name, ServerProcess process, int port, ChangingFleet? fleet, AnswerVerifier verifier) =>
        new(name, process, length =>
        {
            using var changer = new Changer(port, fleet);
            var done = false;
            var waitForSampler = Workers.Start(1, _ => verifier.VerifyUntil(() => Volatile.Read(ref done), port, SamplingRest));
            var sample = Wrk.Run(
                port, "/", length, "random.lua", "GET", "/v1/health/service/svc-%05d?passing", $"{ChangingFleet.Services}");
            Volatile.Write(ref done, true);
            waitForSampler();
            return sample;
        });

    private static void VerifyAtFullSpeed(TimeSpan length, int port, ChangingFleet fleet, AnswerVerifier verifier)
    {
        using var changer = new Changer(port, fleet);
        var clock = Stopwatch.StartNew();
        Workers.Run(VerifierThreads, _ => verifier.VerifyUntil(() => clock.Elapsed > length, port, TimeSpan.Zero));
    }
}
