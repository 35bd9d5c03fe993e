using System.Diagnostics;
using Muster.Bench.Load;
using Muster.Bench.Processes;
using Muster.Bench.Reporting;
using Muster.Bench.Rows;

namespace Muster.Bench;

/// <summary>Measures the chosen rows one after another and prints the table.</summary>
internal static class BenchCommand
{
    private static readonly IBenchRow[] AllRows =
    [
        new ReadRow(), new FilteredRow(), new ServicesRow(), new MixedRow(), new HeartbeatRow(), new RegisterRow(),
        new DnsRow("dns", 1_000, 0.75, DnsType.A, DnsType.Srv), new DnsRow("dns-random", 10_000, 0.60, DnsType.Srv),
        new WatchRow(), new WatchersRow(), new StreamsRow(), new SweepRow(), new MemoryRow(), new StartRow(), new ClientPickRow(), new ClientHttpRow(), new ClientWatchRow(), new ClientMemoryRow(),
        new ClusterVisibleRow(), new ClusterRenewalsRow(), new ClusterReadsRow(), new ClusterStoppedRow(), new ClusterHealRow(), new ClusterColdRow(),
    ];

    public static int Run(string[] arguments)
    {
        var options = BenchOptions.Parse(arguments);
        var unknown = options?.RowNames.Except(AllRows.Select(row => row.Name)).ToArray();
        if (options is null || unknown is { Length: > 0 })
        {
            Console.Error.WriteLine(BenchOptions.Usage);
            return 2;
        }

        if (!File.Exists(options.MusterPath))
        {
            Console.Error.WriteLine($"{options.MusterPath} does not exist: publish the server first (bench/run does)");
            return 2;
        }

        var chosen = AllRows.Where(row => options.RowNames.Count == 0 || options.RowNames.Contains(row.Name));
        return MeasureAll(options, chosen);
    }

    private static int MeasureAll(BenchOptions options, IEnumerable<IBenchRow> rows)
    {
        var table = new ResultTable();
        var clock = Stopwatch.StartNew();
        var busyBefore = Machine.BusyTime();
        foreach (var row in rows)
        {
            Console.Error.WriteLine($"{clock.Elapsed:mm\\:ss} {row.Name}");
            try
            {
                using var context = new BenchContext(options, row.Name);
                row.Measure(context, table.Add);
            }
            catch (Exception e) when (e is BenchException or IOException or System.Net.Sockets.SocketException or OperationCanceledException)
            {
                Console.Error.WriteLine($"{row.Name} failed: {e.Message}");
                table.Add(ResultLine.Failed(row.Name, e.Message));
            }
        }

        var foreign = (Machine.BusyTime() - busyBefore - ProcStat.CpuTimeOfOwnRun()) / clock.Elapsed / Environment.ProcessorCount;
        Console.WriteLine(Machine.Describe());
        Console.WriteLine($"{options.Rounds} alternating rounds of {options.RoundLength.TotalSeconds:0} s, {clock.Elapsed.TotalMinutes:0.0} minutes, others used {foreign:0 %} of the CPU");
        Console.WriteLine();
        Console.Write(table.Render());
        return table.AllReached ? 0 : 1;
    }
}
