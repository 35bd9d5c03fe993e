using System.Globalization;
using System.Text;
using Muster.Protocols.Consul.Http;
using Muster.Protocols.Consul.Json;

namespace Muster.Protocols.Consul.Agent;

/// <summary><c>GET /v1/agent/host</c>: memory, processors, system and disk, in the names of the library that Consul uses (gopsutil).</summary>
internal sealed class HostRead(IAgentHost host)
{
    // a field of the answer and where its value stands in /proc/meminfo
    private static readonly (string Field, string Source)[] s_memory =
    [
        ("active", "Active"), ("inactive", "Inactive"), ("wired", ""), ("laundry", ""), ("buffers", "Buffers"), ("cached", "Cached"),
        ("writeBack", "Writeback"), ("dirty", "Dirty"), ("writeBackTmp", "WritebackTmp"), ("shared", "Shmem"), ("slab", "Slab"),
        ("sreclaimable", "SReclaimable"), ("sunreclaim", "SUnreclaim"), ("pageTables", "PageTables"), ("swapCached", "SwapCached"),
        ("commitLimit", "CommitLimit"), ("committedAS", "Committed_AS"), ("highTotal", "HighTotal"), ("highFree", "HighFree"),
        ("lowTotal", "LowTotal"), ("lowFree", "LowFree"), ("swapTotal", "SwapTotal"), ("swapFree", "SwapFree"), ("mapped", "Mapped"),
        ("vmallocTotal", "VmallocTotal"), ("vmallocUsed", "VmallocUsed"), ("vmallocChunk", "VmallocChunk"), ("hugePagesTotal", "HugePages_Total"),
        ("hugePagesFree", "HugePages_Free"), ("hugePagesRsvd", "HugePages_Rsvd"), ("hugePagesSurp", "HugePages_Surp"),
        ("hugePageSize", "Hugepagesize"), ("anonHugePages", "AnonHugePages"),
    ];

    /// <summary>The route's handler.</summary>
    public Task HandleAsync(ConsulRequest request)
    {
        HostReport report = host.DescribeHost();
        GoJsonWriter json = GoJsonWriter.Rent();
        json.BeginObject();
        json.Name("Memory"u8);
        WriteMemory(json, report.Memory);
        json.Name("CPU"u8);
        json.BeginArray();
        foreach (HostProcessor processor in report.Processors)
        {
            WriteProcessor(json, processor);
        }

        json.EndArray();
        json.Name("Host"u8);
        WriteSystem(json, report.System);
        json.Name("Disk"u8);
        WriteDisk(json, report.Disk);
        Number(json, "CollectionTime", report.CollectedAt.ToUnixTimeMilliseconds() * 1_000_000);
        json.Name("Errors"u8);
        json.Null();
        json.EndObject();
        return ConsulResponse.JsonAsync(request, json);
    }

    private static void WriteMemory(GoJsonWriter json, IReadOnlyDictionary<string, long> memory)
    {
        long total = memory.GetValueOrDefault("MemTotal"), free = memory.GetValueOrDefault("MemFree");
        long cached = memory.GetValueOrDefault("Cached") + memory.GetValueOrDefault("SReclaimable");
        long used = Math.Max(0, total - free - memory.GetValueOrDefault("Buffers") - cached);
        json.BeginObject();
        Number(json, "total", total);
        Number(json, "available", memory.GetValueOrDefault("MemAvailable"));
        Number(json, "used", used);
        Percent(json, "usedPercent", used, total);
        Number(json, "free", free);
        foreach ((string field, string source) in s_memory)
        {
            Number(json, field, memory.GetValueOrDefault(source));
        }

        json.EndObject();
    }

    private static void WriteProcessor(GoJsonWriter json, HostProcessor processor)
    {
        string Fact(string name) => processor.Facts.GetValueOrDefault(name, "");
        json.BeginObject();
        Number(json, "cpu", processor.Number);
        Text(json, "vendorId", Fact("vendor_id"));
        Text(json, "family", Fact("cpu family"));
        Text(json, "model", Fact("model"));
        Number(json, "stepping", NumberOf(Fact("stepping")));
        Text(json, "physicalId", Fact("physical id"));
        Text(json, "coreId", Fact("core id"));
        Number(json, "cores", 1);
        Text(json, "modelName", Fact("model name"));
        json.Key("mhz");
        json.Raw(Encoding.ASCII.GetBytes((double.TryParse(Fact("cpu MHz"), CultureInfo.InvariantCulture, out double speed) ? speed : 0).ToString("R", CultureInfo.InvariantCulture)));
        Number(json, "cacheSize", NumberOf(Fact("cache size").Split(' ')[0]));
        json.Key("flags");
        json.BeginArray();
        foreach (string flag in Fact("flags").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            json.Text(flag);
        }

        json.EndArray();
        Text(json, "microcode", Fact("microcode"));
        json.EndObject();
    }

    private static void WriteSystem(GoJsonWriter json, HostSystem system)
    {
        json.BeginObject();
        Text(json, "hostname", system.Name);
        Number(json, "uptime", (long)system.Uptime.TotalSeconds);
        Number(json, "bootTime", system.UpSince.ToUnixTimeSeconds());
        Number(json, "procs", system.Processes);
        Text(json, "os", system.Kind);
        Text(json, "platform", system.Platform);
        Text(json, "platformFamily", system.PlatformFamily);
        Text(json, "platformVersion", system.PlatformVersion);
        Text(json, "kernelVersion", system.KernelVersion);
        Text(json, "kernelArch", system.KernelArchitecture);
        Text(json, "virtualizationSystem", "");
        Text(json, "virtualizationRole", "");
        Text(json, "hostId", system.Id);
        json.EndObject();
    }

    private static void WriteDisk(GoJsonWriter json, HostDisk disk)
    {
        json.BeginObject();
        Text(json, "path", disk.Path);
        Text(json, "fstype", disk.Type);
        Number(json, "total", disk.Total);
        Number(json, "free", disk.Free);
        Number(json, "used", disk.Used);
        Percent(json, "usedPercent", disk.Used, disk.Used + disk.Free);
        Number(json, "inodesTotal", disk.Inodes);
        Number(json, "inodesUsed", disk.Inodes - disk.InodesFree);
        Number(json, "inodesFree", disk.InodesFree);
        Percent(json, "inodesUsedPercent", disk.Inodes - disk.InodesFree, disk.Inodes);
        json.EndObject();
    }

    private static long NumberOf(string text) => long.TryParse(text, CultureInfo.InvariantCulture, out long number) ? number : 0;

    private static void Percent(GoJsonWriter json, string name, long part, long whole)
    {
        json.Key(name);
        json.Raw(Encoding.ASCII.GetBytes((whole == 0 ? 0 : 100.0 * part / whole).ToString("R", CultureInfo.InvariantCulture)));
    }

    private static void Number(GoJsonWriter json, string name, long value)
    {
        json.Key(name);
        json.Number(value);
    }

    private static void Text(GoJsonWriter json, string name, string value)
    {
        json.Key(name);
        json.Text(value);
    }
}
