using Muster.Bench.Load;
using Muster.Bench.Reporting;
using Muster.Bench.Subjects;

namespace Muster.Bench.Rows;

/// <summary>From starting the published program to the first 200 of /health/ready, empty and with 100,000 recovered instances.</summary>
internal sealed class StartRow : IBenchRow
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(30);

    public string Name => "start";

    public void Measure(BenchContext context, Action<ResultLine> report)
    {
        var empty = new StartTimes();
        for (var run = 0; run < context.Options.Rounds; run++)
        {
            var muster = context.StartMusterDurable($"empty-{run}");
            empty.Add(muster);
            muster.Process.StopCleanly(StopPatience);
        }

        report(Line("cold start to ready, empty", "", empty, target: 1));

        var filled = context.StartMusterDurable();
        MemoryRow.RegisterAll(filled.HttpPort);
        var stop = filled.Process.StopCleanly(StopPatience);
        var full = new StartTimes();
        for (var run = 0; run < context.Options.Rounds; run++)
        {
            var muster = context.StartMusterDurable();
            full.Add(muster);
            EnsureRecovered(muster.HttpPort);
            muster.Process.StopCleanly(StopPatience);
        }

        report(Line("cold start to ready, 100,000 instances", $", clean stop {stop.TotalSeconds:0.00} s", full, target: 3));
    }

    private static ResultLine Line(string what, string more, StartTimes times, double target)
    {
        var median = Statistics.Median(times.Wall);
        return new ResultLine(
            what,
            $"{median:0.00} s (worst {times.Wall.Max():0.00}), {Statistics.Median(times.Cpu):0.00} s CPU{more}",
            "",
            $"{median:0.00} s",
            $"< {target:0} s",
            median < target);
    }

    private static void EnsureRecovered(int port)
    {
        using var connection = HttpConnection.Open(port);
        foreach (var service in (int[])[0, MemoryRow.Services / 2, MemoryRow.Services - 1])
        {
            var name = Registrations.ServiceName(service);
            var found = connection.Get($"/v1/health/service/{name}?passing").EnsureOk(name).Body.Count("\"EnableTagOverride\""u8);
            if (found != MemoryRow.InstancesPerService)
            {
                throw new BenchException($"{name} came back with {found} of {MemoryRow.InstancesPerService} instances");
            }
        }
    }

    /// <summary>Seconds until ready, by the clock and of CPU, of several starts.</summary>
    private sealed class StartTimes
    {
        public List<double> Wall { get; } = [];

        public List<double> Cpu { get; } = [];

        public void Add(MusterServer started)
        {
            Wall.Add(started.TimeToReady.TotalSeconds);
            Cpu.Add(started.Process.CpuTime().TotalSeconds);
        }
    }
}
