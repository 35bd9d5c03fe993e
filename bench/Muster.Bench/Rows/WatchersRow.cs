using System.Diagnostics;
using System.Text;
using Muster.Bench.Load;
using Muster.Bench.Reporting;
using Muster.Bench.Subjects;

namespace Muster.Bench.Rows;

/// <summary>
/// Very many watchers, spread over 2,000 services: what each costs in memory, and how long one change takes that
/// concerns all services at once (the maintenance of their node).
/// </summary>
internal sealed class WatchersRow : IBenchRow
{
    private const int Services = 2_000;
    private const int Instances = 3;

    /// <summary>A process may have 20,000 descriptors here, and so may this one.</summary>
    private const int Most = 19_600;
    private const int Spread = 10_000;
    private const double Kibibyte = 1024;
    private const double MemoryTarget = 12;
    private const double LastTarget = 500;
    private const int Cycles = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Long enough for an idle server to have given back what it does not need.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(20);

    /// <summary>It pauses for at most a hundredth of the time, so the second one comes later.</summary>
    private static readonly TimeSpan LongerRest = TimeSpan.FromSeconds(60);

    private int _generation;

    public string Name => "watchers";

    public void Measure(BenchContext context, Action<ResultLine> report)
    {
        MeasureMemory(Start(context), report);
        MeasureWake(context.Options, Start(context), report);
    }

    private static MusterServer Start(BenchContext context)
    {
        var muster = context.StartMusterInMemory();
        Registrations.SendAll(muster.HttpPort, Services * Instances, i => Registrations.Common(
            $"{Registrations.ServiceName(i % Services)}-{i / Services}", Registrations.ServiceName(i % Services), Registrations.Address(i), 8080));
        ReadIndexes(muster);
        return muster;
    }

    private void MeasureMemory(MusterServer muster, Action<ResultLine> report)
    {
        var before = ResidentAtRest(muster, Rest);
        var cpu = muster.Process.CpuTime();
        using var watchers = new Watchers(muster.HttpPort, Most, QuestionOf);
        Park(muster, watchers);
        var arrival = (muster.Process.CpuTime() - cpu).TotalMilliseconds * 1000 / Most;
        var atOnce = (muster.Process.ResidentBytes() - before) / Kibibyte / Most;
        var each = (ResidentAtRest(muster, Rest) - before) / Kibibyte / Most;
        for (var cycle = 0; cycle < Cycles; cycle++)
        {
            ChangeAll(muster, watchers);
            Park(muster, watchers);
        }

        var later = (muster.Process.ResidentBytes() - before) / Kibibyte / Most;
        var laterEach = (ResidentAtRest(muster, LongerRest) - before) / Kibibyte / Most;
        report(new ResultLine(
            $"{Most:#,0} watchers over {Services:#,0} services, resident memory each",
            $"{each:0.0} KiB ({atOnce:0.0} at once), {arrival:0} us CPU to arrive; after {Cycles} wakes of all {laterEach:0.0} KiB ({later:0.0} at once)",
            "",
            $"{each:0.0} KiB",
            $"<= {MemoryTarget:0} KiB",
            each <= MemoryTarget));
    }

    private void MeasureWake(BenchOptions options, MusterServer muster, Action<ResultLine> report)
    {
        using var watchers = new Watchers(muster.HttpPort, Spread, QuestionOf);
        var times = new List<double>();
        for (var round = -1; round < options.Rounds; round++)
        {
            Park(muster, watchers);
            var elapsed = ChangeAll(muster, watchers);
            if (round >= 0)
            {
                times.Add(elapsed.TotalMilliseconds);
            }
        }

        var median = Statistics.Median(times);
        report(new ResultLine(
            $"1 change of a node -> last of {Spread:#,0} watchers over its {Services:#,0} services",
            $"{median:0} ms (worst {times.Max():0})",
            "",
            $"{median:0} ms",
            $"< {LastTarget:0} ms",
            median < LastTarget));
    }

    private static long ResidentAtRest(MusterServer muster, TimeSpan rest)
    {
        muster.Process.WaitUntilIdle(Patience);
        Thread.Sleep(rest);
        return muster.Process.ResidentBytes();
    }

    private static string QuestionOf(int watcher) => $"/v1/health/service/{Registrations.ServiceName(watcher % Services)}?stale";

    private static long[] ReadIndexes(MusterServer muster)
    {
        using var connection = muster.Connect();
        var indexes = new long[Services];
        for (var service = 0; service < Services; service++)
        {
            indexes[service] = connection.Get(QuestionOf(service)).EnsureOk("read").Index;
        }

        return indexes;
    }

    private static void Park(MusterServer muster, Watchers watchers)
    {
        var indexes = ReadIndexes(muster);
        watchers.Park(watcher => indexes[watcher % Services]);
        muster.Process.WaitUntilIdle(Patience);
        watchers.EnsureAllParked();
    }

    private TimeSpan ChangeAll(MusterServer muster, Watchers watchers)
    {
        using var writer = muster.Connect();
        var reason = $"generation-{_generation++:D9}";
        var change = HttpConnection.Request("PUT", $"/v1/agent/maintenance?enable=true&reason={reason}");
        var clock = Stopwatch.StartNew();
        writer.Send(change);
        var wrong = watchers.ReceiveAll(Encoding.ASCII.GetBytes(reason));
        var elapsed = clock.Elapsed;
        writer.Receive().EnsureOk("maintenance");
        return wrong == 0 ? elapsed : throw new BenchException($"{wrong} of {watchers.Count} watchers got a wrong answer");
    }
}
