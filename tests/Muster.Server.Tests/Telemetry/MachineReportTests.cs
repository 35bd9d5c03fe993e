using Muster.Protocols.Consul.Agent;
using Muster.Server.Telemetry;

namespace Muster.Server.Tests.Telemetry;

public class MachineReportTests
{
    [Fact]
    public void Take_OnThisMachine_HasRealFigures()
    {
        HostReport report = MachineReport.Take(TimeProvider.System);
        Assert.True(report.Memory["MemTotal"] > 0);
        Assert.Equal(Environment.ProcessorCount > 0, report.Processors.Count > 0);
        Assert.True(report.System.Uptime > TimeSpan.Zero);
        Assert.True(report.Disk.Total >= report.Disk.Used);
        Assert.True(!OperatingSystem.IsLinux() || report.Disk.Inodes >= report.Disk.InodesFree);
        Assert.NotEmpty(report.System.KernelVersion);
    }

    [Fact]
    public void ParseMemory_TakesUnitsAndSkipsTheRest()
    {
        Dictionary<string, long> memory = MachineReport.ParseMemory(["MemTotal:       24684092 kB", "HugePages_Total:       3", "nonsense", "Odd: x kB"]);
        Assert.Equal(new Dictionary<string, long> { ["MemTotal"] = 24684092L * 1024, ["HugePages_Total"] = 3 }, memory);
    }

    [Fact]
    public void ParseProcessors_SplitsAtEmptyLines()
    {
        List<HostProcessor> processors = MachineReport.ParseProcessors(["processor\t: 0", "model name\t: A: b", "", "processor\t: 1", "power management:"]);
        Assert.Equal(["A: b", null], processors.Select(processor => processor.Facts.GetValueOrDefault("model name")));
        Assert.Equal([0, 1], processors.Select(processor => processor.Number));
    }
}
