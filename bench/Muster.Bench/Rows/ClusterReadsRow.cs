using Muster.Bench.Calibration;
using Muster.Bench.Load;
using Muster.Bench.Processes;
using Muster.Bench.Reporting;
using Muster.Bench.Subjects;

namespace Muster.Bench.Rows;

/// <summary>
/// One core's reads of a server with two peers, which are silent, against those of a server alone. Both servers are on the
/// first processor, the peers and the load tool on the second.
/// </summary>
internal sealed class ClusterReadsRow : IBenchRow
{
    private const int Instances = 3;
    private const int ServerProcessor = 0;
    private const int OtherProcessor = 1;
    private const string Service = "web";
    private const string Query = "?passing";
    private const double Target = 0.95;

    public string Name => "cluster-reads";

    public void Measure(BenchContext context, Action<ResultLine> report)
    {
        var cluster = ServerCluster.StartOn(context, ServerProcessor, OtherProcessor, OtherProcessor);
        var alone = MusterServer.StartOn(context, context.NextName("muster"), context.PathOf("data"), ServerProcessor);
        var withPeers = cluster.Servers[0];
        foreach (var port in (int[])[withPeers.HttpPort, alone.HttpPort])
        {
            Registrations.SendAll(port, Instances, i => Registrations.Common($"{Service}-{i}", Service, Registrations.Address(i), 8080));
        }

        using var connection = withPeers.Connect();
        var answer = CapturedAnswer.Capture(connection, $"/v1/health/service/{Service}", Query);
        var subject = Contender("with two peers", withPeers.Process, withPeers.HttpPort);
        var calibration = Contender("Muster alone", alone.Process, alone.HttpPort);
        var rounds = PairedRounds.Run(context.Options, subject, calibration);
        report(Comparison.Throughput(
            $"GET health/service?passing, {Instances} instances ({answer.Body.Length:#,0} B), one core, two peers", rounds, subject, calibration, Target));

        Contender Contender(string name, ServerProcess process, int port) =>
            new(name, process, length => Wrk.RunOn(OtherProcessor, port, answer.Path + Query, length));
    }
}
