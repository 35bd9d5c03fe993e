using System.Diagnostics;
using System.Globalization;
using Muster.Bench.Load;
using Muster.Bench.Reporting;
using Muster.Bench.Subjects;

namespace Muster.Bench.Rows;

/// <summary>
/// A change in the registry until the last of 1,000 clients of one process shows it, each with its own connection; against
/// as many bare sockets that look for the changed text in the same stream.
/// </summary>
internal sealed class ClientWatchRow : IBenchRow
{
    private const int Count = 1_000;
    private const int Instances = 3;
    /// <summary>Until the JIT has compiled what 1,000 wake-ups run.</summary>
    private const int WarmUps = 15;
    private const double AddedTarget = 50;
    private const string Followed = "followed";
    private const string Bare = "bare";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private int _generation;

    public string Name => "client-watch";

    public void Measure(BenchContext context, Action<ResultLine> report) => MeasureAsync(context, report).GetAwaiter().GetResult();

    private async Task MeasureAsync(BenchContext context, Action<ResultLine> report)
    {
        var muster = context.StartMusterInMemory();
        using var writer = muster.Connect();
        foreach (var service in (string[])[Followed, Bare])
        {
            for (var i = 0; i < Instances; i++)
            {
                writer.Put("/v1/agent/service/register", Body(service, i, "0")).EnsureOk("register");
            }
        }

        using var bare = new BareWatches(muster.HttpPort, Count, Bare);
        bare.Start();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await using var clients = new WatchingClients(muster.HttpPort, Count, [Followed]);
        await clients.KnowAsync([Followed]);
        var each = (GC.GetTotalMemory(forceFullCollection: true) - before) / 1024.0 / Count;

        var rounds = new List<(Figures Clients, Figures Bare)>();
        for (var round = -WarmUps; round < context.Options.Rounds * 3; round++)
        {
            muster.Process.WaitUntilIdle(Patience);
            var bareTime = await ChangeAsync(writer, Bare, generation => bare.SeeAsync(generation));
            muster.Process.WaitUntilIdle(Patience);
            var clientTime = await ChangeAsync(writer, Followed, generation => clients.SeeAsync(Followed, "generation", generation));
            if (round >= 0)
            {
                rounds.Add((clientTime, bareTime));
            }
        }

        var added = Statistics.Median(rounds.Select(round => round.Clients.Millis - round.Bare.Millis));
        report(new ResultLine(
            $"1 change -> seen by the last of {Count:#,0} clients, {each:0.0} KiB of heap each",
            Describe(rounds.Select(round => round.Clients)),
            "bare streams " + Describe(rounds.Select(round => round.Bare)),
            $"{added:+0.0;-0.0} ms",
            $"<= +{AddedTarget:0} ms",
            added <= AddedTarget));
    }

    private static string Describe(IEnumerable<Figures> rounds)
    {
        var all = rounds.ToArray();
        return $"{Statistics.Median(all.Select(f => f.Millis)):0.0} ms (worst {all.Max(f => f.Millis):0.0}), {Statistics.Median(all.Select(f => f.CpuMillis * 1000 / Count)):0.0} us CPU";
    }

    private async Task<Figures> ChangeAsync(HttpConnection writer, string service, Func<string, Task> seen)
    {
        var generation = (++_generation).ToString("D9", CultureInfo.InvariantCulture);
        var change = HttpConnection.Request("PUT", "/v1/agent/service/register", Body(service, 0, generation));
        var all = seen(generation);
        var cpu = Environment.CpuUsage.TotalTime;
        var clock = Stopwatch.StartNew();
        writer.Send(change);
        await all.WaitAsync(Patience);
        var elapsed = clock.Elapsed;
        var used = Environment.CpuUsage.TotalTime - cpu;
        writer.Receive().EnsureOk("change");
        return new Figures(elapsed.TotalMilliseconds, used.TotalMilliseconds);
    }

    private static byte[] Body(string service, int instance, string generation) =>
        Registrations.Common($"{service}-{instance}", service, Registrations.Address(instance), 8080, generation);

    /// <summary>Time to the last one, and processor time of this process, that is of all who watch.</summary>
    private readonly record struct Figures(double Millis, double CpuMillis);
}
