using Muster.Bench.Load;
using Muster.Bench.Reporting;
using Muster.Bench.Subjects;

namespace Muster.Bench.Rows;

/// <summary>Queries for services of 3 instances, in random order; knotd serves a zone with equal answers.</summary>
/// <param name="name">The row's name.</param>
/// <param name="services">How many names there are: few stay in the processor's caches, many do not.</param>
/// <param name="leastRatio">The ratio to knotd to reach.</param>
/// <param name="types">What to ask for.</param>
internal sealed class DnsRow(string name, int services, double leastRatio, params DnsType[] types) : IBenchRow
{
    private const int InstancesPerService = 3;
    private const int QueriesPerName = 10;
    private const int Seed = 20261121;

    public string Name => name;

    public void Measure(BenchContext context, Action<ResultLine> report)
    {
        var muster = context.StartMusterDurable();
        Registrations.SendAll(muster.HttpPort, services * InstancesPerService, i => Registrations.Common(
            $"dns-{i:D5}", Registrations.ServiceName(i / InstancesPerService), Registrations.Address(i), Port(i)));
        var knot = KnotServer.Start(context, Zone());

        foreach (var type in types)
        {
            var sizes = CheckSameAnswers(muster.DnsPort, knot.Port, type);
            var queries = context.PathOf($"{type}.queries");
            File.WriteAllLines(queries, RandomQueries(type));
            var subject = new Contender("Muster", muster.Process, length => DnsPerf.Run(muster.DnsPort, queries, length));
            var calibration = new Contender(knot.Name, knot.Process, length => DnsPerf.Run(knot.Port, queries, length));
            var rounds = PairedRounds.Run(context.Options, subject, calibration);
            report(Comparison.Throughput(
                $"DNS {type.ToString().ToUpperInvariant()} over UDP, {services:N0} names in random order, 3 records ({sizes})", rounds, subject, calibration, leastRatio));
        }
    }

    private static int Port(int instance) => 8000 + (instance % 100);

    private static string QueryName(int service) => $"{Registrations.ServiceName(service)}.service.consul";

    /// <summary>Draws with replacement, so that no name is found where the last round of questions left it.</summary>
    private IEnumerable<string> RandomQueries(DnsType type)
    {
        var random = new Random(Seed);
        return Enumerable.Range(0, services * QueriesPerName)
            .Select(_ => $"{QueryName(random.Next(services))} {type.ToString().ToUpperInvariant()}");
    }

    /// <summary>The zone that holds what was registered, in the form of Muster's own answers.</summary>
    private IEnumerable<string> Zone()
    {
        yield return "$ORIGIN consul.";
        yield return "@ 0 SOA ns.consul. hostmaster.consul. 1 3600 600 86400 0";
        yield return "@ 0 NS ns.consul.";
        yield return "ns 0 A 127.0.0.1";
        for (var i = 0; i < services * InstancesPerService; i++)
        {
            var service = $"{Registrations.ServiceName(i / InstancesPerService)}.service";
            var target = $"{(10u << 24) + (uint)i:x8}.addr.dc1";
            yield return $"{service} 0 A {Registrations.Address(i)}";
            yield return $"{service} 0 SRV 1 1 {Port(i)} {target}";
            yield return $"{target} 0 A {Registrations.Address(i)}";
        }
    }

    /// <summary>Both must answer the same number of records before their speeds are compared. Returns their sizes.</summary>
    private string CheckSameAnswers(int musterPort, int knotPort, DnsType type)
    {
        using var muster = new DnsClient(musterPort);
        using var knot = new DnsClient(knotPort);
        var sizes = "";
        foreach (var service in (int[])[0, 1, services / 2, services - 1])
        {
            var mine = muster.Ask(QueryName(service), type);
            var theirs = knot.Ask(QueryName(service), type);
            var glue = type == DnsType.Srv ? InstancesPerService : 0;
            if (mine.Answers != InstancesPerService || theirs.Answers != mine.Answers || mine.Additional < glue || theirs.Additional < glue)
            {
                throw new BenchException($"unequal answers for {QueryName(service)} {type}: Muster {mine}, knot {theirs}");
            }

            sizes = $"{mine.Length} B, knot {theirs.Length} B";
        }

        return sizes;
    }
}
