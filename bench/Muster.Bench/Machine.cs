using System.Globalization;
using System.Runtime.InteropServices;
using Muster.Bench.Processes;

namespace Muster.Bench;

/// <summary>Names the machine a result was measured on.</summary>
internal static class Machine
{
    public static string Describe()
    {
        var cpu = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal));
        return $"{DateTime.UtcNow:yyyy-MM-dd HH:mm} UTC, {Environment.ProcessorCount} x {cpu?.Split(": ")[1]}, "
            + $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}";
    }

    /// <summary>CPU time all processes of the machine have used since it started.</summary>
    public static TimeSpan BusyTime()
    {
        // cpu user nice system idle iowait irq softirq steal guest guest_nice (guest is part of user already)
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        long[] busy = [.. new[] { 1, 2, 3, 6, 7, 8 }.Select(i => long.Parse(fields[i], CultureInfo.InvariantCulture))];
        return TimeSpan.FromSeconds(busy.Sum() / ProcStat.TicksPerSecond);
    }
}
