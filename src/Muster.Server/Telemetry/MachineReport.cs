using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using Muster.Protocols.Consul.Agent;

namespace Muster.Server.Telemetry;

/// <summary>Finds out what this machine is and how it fares, from <c>/proc</c> where there is one.</summary>
internal static class MachineReport
{
    /// <summary>Takes a look now.</summary>
    public static HostReport Take(TimeProvider time)
    {
        DateTimeOffset now = time.GetUtcNow();
        return new HostReport
        {
            Memory = ReadMemory(),
            Processors = ReadProcessors(),
            System = ReadSystem(now),
            Disk = ReadDisk("/"),
            CollectedAt = now,
        };
    }

    /// <summary>Takes <c>name: 123 kB</c> apart, a line each; counts have no unit.</summary>
    public static Dictionary<string, long> ParseMemory(IEnumerable<string> lines)
    {
        var memory = new Dictionary<string, long>();
        foreach (string line in lines)
        {
            if (line.Split(':', 2, StringSplitOptions.TrimEntries) is [var name, var value]
                && long.TryParse(value.Split(' ')[0], CultureInfo.InvariantCulture, out long number))
            {
                memory[name] = value.EndsWith("kB", StringComparison.Ordinal) ? number * 1024 : number;
            }
        }

        return memory;
    }

    /// <summary>Takes blocks of <c>name : value</c> apart, an empty line between two of them.</summary>
    public static List<HostProcessor> ParseProcessors(IEnumerable<string> lines)
    {
        var processors = new List<HostProcessor>();
        var facts = new Dictionary<string, string>();
        foreach (string line in lines.Append(""))
        {
            if (line.Split(':', 2, StringSplitOptions.TrimEntries) is [var name, var value])
            {
                facts[name] = value;
            }
            else if (facts.Count > 0)
            {
                processors.Add(new HostProcessor(processors.Count, facts));
                facts = [];
            }
        }

        return processors;
    }

    private static Dictionary<string, long> ReadMemory()
    {
        Dictionary<string, long> memory = ParseMemory(Lines("/proc/meminfo"));
        if (memory.Count == 0)
        {
            GCMemoryInfo known = GC.GetGCMemoryInfo();
            memory["MemTotal"] = known.TotalAvailableMemoryBytes;
            memory["MemFree"] = memory["MemAvailable"] = Math.Max(0, known.TotalAvailableMemoryBytes - known.MemoryLoadBytes);
        }

        return memory;
    }

    private static List<HostProcessor> ReadProcessors()
    {
        List<HostProcessor> processors = ParseProcessors(Lines("/proc/cpuinfo"));
        return processors.Count > 0
            ? processors
            : [.. Enumerable.Range(0, Environment.ProcessorCount).Select(number => new HostProcessor(number, new Dictionary<string, string>()))];
    }

    private static HostSystem ReadSystem(DateTimeOffset now)
    {
        Dictionary<string, string> release = Lines("/etc/os-release").Select(line => line.Split('=', 2)).Where(pair => pair.Length == 2)
            .GroupBy(pair => pair[0]).ToDictionary(pair => pair.Key, pair => pair.Last()[1].Trim('"'));
        var uptime = TimeSpan.FromMilliseconds(Environment.TickCount64);
        string id = release.GetValueOrDefault("ID", "");
        return new HostSystem(
            Dns.GetHostName(), Lines("/etc/machine-id").FirstOrDefault(""), now - uptime, uptime, CountProcesses(),
            OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "darwin" : "linux",
            id, release.GetValueOrDefault("ID_LIKE", id), release.GetValueOrDefault("VERSION_ID", ""),
            Lines("/proc/sys/kernel/osrelease").FirstOrDefault(Environment.OSVersion.Version.ToString()),
            RuntimeInformation.OSArchitecture == Architecture.X64 ? "x86_64" : RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "aarch64" : RuntimeInformation.OSArchitecture.ToString());
    }

    private static int CountProcesses()
    {
        try
        {
            return Directory.EnumerateDirectories("/proc").Count(static path => Path.GetFileName(path).All(char.IsAsciiDigit));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    private static HostDisk ReadDisk(string path)
    {
        try
        {
            var drive = new DriveInfo(path);
            (long inodes, long inodesFree) = FileSystemInodes.Of(path);
            return new HostDisk(path, drive.DriveFormat, drive.TotalSize, drive.AvailableFreeSpace, drive.TotalSize - drive.TotalFreeSpace, inodes, inodesFree);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return new HostDisk(path, "", 0, 0, 0, 0, 0);
        }
    }

    private static string[] Lines(string file)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // another system, or a container that hides it
            return [];
        }
    }
}
