using Muster.Bench.Calibration;
using Muster.Bench.Load;
using Muster.Bench.Processes;
using Muster.Bench.Reporting;

namespace Muster.Bench.Rows;

/// <summary>TTL heartbeats of 10,000 instances in random order, on a durable server, which must not write for them.</summary>
internal sealed class HeartbeatRow : IBenchRow
{
    private const int Instances = 10_000;

    public string Name => "heartbeat";

    public void Measure(BenchContext context, Action<ResultLine> report)
    {
        var muster = context.StartMusterDurable();
        Registrations.SendAll(muster.HttpPort, Instances, i =>
            Registrations.Common($"beat-{i:D5}", Registrations.ServiceName(i % 1000), Registrations.Address(i), 8080));
        using var connection = muster.Connect();
        var path = HeartbeatPath.Of(0);
        var answer = CapturedAnswer.From(path, connection.Put(path, default).EnsureOk(path));
        var kestrel = context.StartKestrel("heartbeat", [answer], $"{Instances}");

        var subject = Contender("Muster", muster.Process, muster.HttpPort);
        var calibration = Contender(kestrel.Name, kestrel.Process, kestrel.Port);
        subject.Load(context.Options.WarmUp);
        muster.Process.WaitUntilIdle(TimeSpan.FromSeconds(10));

        var dataBefore = muster.DataBytes();
        var storageBefore = muster.Process.StorageBytesWritten();
        var rounds = PairedRounds.Run(context.Options, subject, calibration);
        var journal = muster.DataBytes() - dataBefore;
        var storage = muster.Process.StorageBytesWritten() - storageBefore;

        report(Comparison.Throughput(
            "PUT check/pass, random over 10,000 instances, durable",
            rounds,
            subject,
            calibration,
            target: 0.8,
            ($"journal +{journal} B, storage writes +{storage} B", "journal 0 B", journal == 0 && storage == 0)));
    }

    private static Contender Contender(string name, ServerProcess process, int port) =>
        new(name, process, length => Wrk.Run(port, "/", length, "random.lua", "PUT", HeartbeatPath.LuaFormat, $"{Instances}"));
}
