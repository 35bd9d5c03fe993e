using System.Globalization;

namespace Muster.Bench.Processes;

/// <summary>Reads what the kernel knows about a process from /proc.</summary>
internal static class ProcStat
{
    /// <summary>The kernel reports CPU time in hundredths of a second whatever its own tick is.</summary>
    public const double TicksPerSecond = 100;

    private const int UserTime = 11;
    private const int SystemTime = 12;
    private const int ChildrenSystemTime = 14;

    public static TimeSpan CpuTimeOfTree(int processId)
    {
        var ticks = CpuTicks(processId);
        foreach (var child in Children(processId))
        {
            ticks += CpuTicks(child);
        }

        return TimeSpan.FromSeconds(ticks / TicksPerSecond);
    }

    /// <summary>What this process and all the processes it started, and that have ended, have used.</summary>
    public static TimeSpan CpuTimeOfOwnRun()
    {
        var fields = Fields(Environment.ProcessId);
        return TimeSpan.FromSeconds(fields[UserTime..(ChildrenSystemTime + 1)].Sum(Parse) / TicksPerSecond);
    }

    public static long StatusBytes(int processId, string field)
    {
        foreach (var line in File.ReadLines($"/proc/{processId}/status"))
        {
            if (line.StartsWith(field + ":", StringComparison.Ordinal))
            {
                var kibibytes = line[(field.Length + 1)..].Replace("kB", "", StringComparison.Ordinal);
                return long.Parse(kibibytes, CultureInfo.InvariantCulture) * 1024;
            }
        }

        throw new BenchException($"/proc/{processId}/status has no {field}");
    }

    public static long StorageBytesWritten(int processId)
    {
        const string Field = "write_bytes:";
        var line = File.ReadLines($"/proc/{processId}/io").First(l => l.StartsWith(Field, StringComparison.Ordinal));
        return long.Parse(line[Field.Length..], CultureInfo.InvariantCulture);
    }

    private static long CpuTicks(int processId)
    {
        var fields = Fields(processId);
        return Parse(fields[UserTime]) + Parse(fields[SystemTime]);
    }

    /// <summary>The fields of /proc/PID/stat after the command, which stands in parentheses and may hold spaces.</summary>
    private static string[] Fields(int processId)
    {
        var stat = File.ReadAllText($"/proc/{processId}/stat");
        return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
    }

    private static long Parse(string field) => long.Parse(field, CultureInfo.InvariantCulture);

    private static IEnumerable<int> Children(int processId)
    {
        var children = File.ReadAllText($"/proc/{processId}/task/{processId}/children");
        return children.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse);
    }
}
