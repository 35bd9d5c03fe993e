using Muster.Bench.Load;
using Muster.Bench.Reporting;
using Muster.Bench.Subjects;

namespace Muster.Bench.Rows;

/// <summary>100,000 large instances, every service read over HTTP and DNS: resident memory, and live heap per instance.</summary>
internal sealed class MemoryRow : IBenchRow
{
    public const int Services = 10_000;
    public const int InstancesPerService = 10;
    public const int Instances = Services * InstancesPerService;

    private const string HeapGauge = "muster_process_managed_heap_bytes";
    private const string CacheGauge = "muster_catalog_answer_cache_bytes";
    private const double Mebibyte = 1024 * 1024;
    private const double ResidentTarget = 250;
    private const double PerInstanceTarget = 600;

    public string Name => "memory";

    public void Measure(BenchContext context, Action<ResultLine> report)
    {
        var muster = context.StartMusterDurable();
        CollectGarbage(muster);
        var emptyHeap = muster.Metrics().Required(HeapGauge);

        RegisterAll(muster.HttpPort);
        ReadAll(muster);
        var resident = muster.Process.ResidentBytes() / Mebibyte;
        report(new ResultLine(
            "memory, 100,000 instances, all read over HTTP and DNS",
            $"RSS {resident:0} MiB (peak {muster.Process.PeakResidentBytes() / Mebibyte:0})",
            "",
            $"{resident:0} MiB",
            $"<= {ResidentTarget:0} MiB",
            resident <= ResidentTarget));

        CollectGarbage(muster);
        var metrics = muster.Metrics();
        var (heap, cache) = (metrics.Required(HeapGauge), metrics.Required(CacheGauge));
        var perInstance = (heap - cache - emptyHeap) / Instances;
        report(new ResultLine(
            "live heap beside the answer cache, per instance",
            $"heap {heap / Mebibyte:0.0} MiB, answer cache {cache / Mebibyte:0.0} MiB",
            $"empty server {emptyHeap / Mebibyte:0.0} MiB",
            $"{perInstance:0} B",
            $"<= {PerInstanceTarget:0} B",
            perInstance <= PerInstanceTarget));
    }

    public static void RegisterAll(int port) => Registrations.SendAll(port, Instances, i =>
        Registrations.Large(i / InstancesPerService, i % InstancesPerService));

    private static void ReadAll(MusterServer muster)
    {
        const int Connections = 2;
        Workers.Run(Connections, worker =>
        {
            using var connection = muster.Connect();
            using var dns = new DnsClient(muster.DnsPort);
            for (var service = worker; service < Services; service += Connections)
            {
                var name = Registrations.ServiceName(service);
                var answer = connection.Get($"/v1/health/service/{name}?passing").EnsureOk(name);
                if (answer.Body.Count("\"EnableTagOverride\""u8) != InstancesPerService)
                {
                    throw new BenchException($"{name} was not answered with {InstancesPerService} instances");
                }

                foreach (var type in (DnsType[])[DnsType.A, DnsType.Srv])
                {
                    var summary = dns.Ask(name + ".service.consul", type);
                    if (summary.ResponseCode != 0 || summary.Answers == 0)
                    {
                        throw new BenchException($"{name} {type}: {summary}");
                    }
                }
            }
        });
    }

    private static void CollectGarbage(MusterServer muster)
    {
        if (!DiagnosticsPort.TryCollectGarbage(muster.Process.Id))
        {
            Console.Error.WriteLine("      no diagnostic port: the heap figures include garbage");
        }
    }
}
