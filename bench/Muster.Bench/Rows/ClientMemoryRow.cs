using Muster.Bench.Load;
using Muster.Bench.Reporting;

namespace Muster.Bench.Rows;

/// <summary>
/// What a client that uses 20 services holds and allocates, beside a registry that has nothing else, and beside one that has
/// 4,980 more, of which many change.
/// </summary>
internal sealed class ClientMemoryRow : IBenchRow
{
    private const int Used = 20;
    private const int All = 5_000;
    private const int Instances = 3;
    private const int Clients = 50;
    private const int Changes = 2_000;
    private const double MostGrowth = 1.05;
    private const double Kibibyte = 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly string[] Services = [.. Enumerable.Range(0, Used).Select(Registrations.ServiceName)];

    public string Name => "client-memory";

    public void Measure(BenchContext context, Action<ResultLine> report) => MeasureAsync(context, report).GetAwaiter().GetResult();

    private static async Task MeasureAsync(BenchContext context, Action<ResultLine> report)
    {
        // what the process needs once, whatever it connects to, is not asked
        await MeasureAsync(context, Used);
        var alone = await MeasureAsync(context, Used);
        var among = await MeasureAsync(context, All);
        var growth = among.Kibibytes / alone.Kibibytes;
        report(new ResultLine(
            $"heap of a client that uses {Used} of {All:#,0} services",
            $"{among.Kibibytes:0.0} KiB; {among.AllocatedByChanges:0.00} KiB allocated by {Changes:#,0} changes of the others",
            $"{Used} of {Used}: {alone.Kibibytes:0.0} KiB",
            $"{growth:0.00}x",
            $"<= {MostGrowth:0.00}x",
            growth <= MostGrowth));
    }

    private static async Task<(double Kibibytes, double AllocatedByChanges)> MeasureAsync(BenchContext context, int services)
    {
        var muster = context.StartMusterInMemory();
        Registrations.SendAll(muster.HttpPort, services * Instances, i => Body(i, services, "0"));
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await using var clients = new WatchingClients(muster.HttpPort, Clients, Services);
        await clients.KnowAsync(Services);
        muster.Process.WaitUntilIdle(Patience);
        var held = GC.GetTotalMemory(forceFullCollection: true) - before;

        // the bodies are made beforehand, so that what is counted is not the sending
        var others = services - Used;
        var changes = others == 0 ? [] : Enumerable.Range(0, Changes).Select(i => HttpConnection.Request(
            "PUT", "/v1/agent/service/register", Body(Used + (i % others), services, $"{i + 1:D9}"))).ToArray();
        using var writer = muster.Connect();
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        foreach (var change in changes)
        {
            writer.Send(change);
            writer.Receive().EnsureOk("change");
        }

        muster.Process.WaitUntilIdle(Patience);
        return (held / Kibibyte / Clients, (GC.GetTotalAllocatedBytes(precise: true) - allocated) / Kibibyte / Clients);
    }

    private static byte[] Body(int number, int services, string generation) => Registrations.Common(
        $"{Registrations.ServiceName(number % services)}-{number / services}",
        Registrations.ServiceName(number % services),
        Registrations.Address(number),
        8080,
        generation);
}
