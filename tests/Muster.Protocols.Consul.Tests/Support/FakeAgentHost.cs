using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Muster.Protocols.Consul.Agent;

namespace Muster.Protocols.Consul.Tests.Support;

/// <summary>A process around the API that does what a test tells it.</summary>
internal sealed class FakeAgentHost : IAgentHost
{
    public List<string> ReloadProblems { get; } = [];

    public int Left { get; private set; }

    public bool ServesPrometheus { get; set; }

    public Channel<string> Log { get; } = Channel.CreateUnbounded<string>();

    public bool LogIsTaken { get; set; }

    public (LogLevel Level, bool Json)? Followed { get; private set; }

    public bool StoppedFollowing { get; private set; }

    public Task<IReadOnlyList<string>> ReloadAsync() => Task.FromResult<IReadOnlyList<string>>(ReloadProblems);

    public void Leave() => Left++;

    public string PrometheusText() => "# own metrics\nmuster_up 1\n";

    public HostReport DescribeHost() => new()
    {
        Memory = new Dictionary<string, long> { ["MemTotal"] = 1000, ["MemFree"] = 300, ["MemAvailable"] = 600, ["Buffers"] = 100, ["Cached"] = 150, ["SReclaimable"] = 50 },
        Processors = [new HostProcessor(0, new Dictionary<string, string> { ["vendor_id"] = "Maker", ["cpu MHz"] = "2445.43", ["flags"] = "a b", ["cache size"] = "512 KB" })],
        System = new HostSystem("box", "id-1", DateTimeOffset.UnixEpoch, TimeSpan.FromHours(1), 7, "linux", "debian", "debian", "13", "6.1", "x86_64"),
        Disk = new HostDisk("/", "ext4", 100, 40, 60, 10, 4),
        CollectedAt = DateTimeOffset.UnixEpoch.AddSeconds(5),
    };

    public ChannelReader<string>? FollowLog(LogLevel level, bool json)
    {
        Followed = (level, json);
        return LogIsTaken ? null : Log.Reader;
    }

    public void StopFollowing(ChannelReader<string> lines) => StoppedFollowing = true;
}
