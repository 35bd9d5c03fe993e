using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Muster.Protocols.Consul.Agent;
using Muster.Server.Telemetry;

namespace Muster.Server.Hosting;

// What Consul's API asks of the process it runs in.
internal sealed partial class Agent : IAgentHost
{
    /// <summary>Cancelled when a client asks this server to leave.</summary>
    public CancellationToken Leaving => _leaving.Token;

    /// <inheritdoc />
    public bool ServesPrometheus => _options.PrometheusRetention > TimeSpan.Zero;

    /// <inheritdoc />
    public Task<IReadOnlyList<string>> ReloadAsync() => _reload.RunAsync();

    /// <inheritdoc />
    public void Leave() => _ = _leaving.CancelAsync();

    /// <inheritdoc />
    public string PrometheusText() => _metrics.Scrape();

    /// <inheritdoc />
    public HostReport DescribeHost() => MachineReport.Take(_time);

    /// <inheritdoc />
    public ChannelReader<string>? FollowLog(LogLevel level, bool json) => _log.Tap.Follow(level, json);

    /// <inheritdoc />
    public void StopFollowing(ChannelReader<string> lines) => _log.Tap.Stop(lines);
}
