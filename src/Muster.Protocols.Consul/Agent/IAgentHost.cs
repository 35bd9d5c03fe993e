using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Muster.Protocols.Consul.Agent;

/// <summary>What the process around the API can be asked to do, and knows about itself.</summary>
public interface IAgentHost
{
    /// <summary>Reads the configuration again. Returns everything that is wrong; empty when the new one is in effect.</summary>
    Task<IReadOnlyList<string>> ReloadAsync();

    /// <summary>Begins an orderly end and returns at once; requests under way are still answered.</summary>
    void Leave();

    /// <summary>Whether metrics are shown to Prometheus under Consul's path.</summary>
    bool ServesPrometheus { get; }

    /// <summary>The program's own metrics as Prometheus's text.</summary>
    string PrometheusText();

    /// <summary>What this machine is and how it fares.</summary>
    HostReport DescribeHost();

    /// <summary>
    /// Follows the log from now on: lines of a level and above, at most some hundred of them waiting. Null when too many
    /// follow already. Give the reader back with <see cref="StopFollowing"/>.
    /// </summary>
    ChannelReader<string>? FollowLog(LogLevel level, bool json);

    /// <summary>Ends what <see cref="FollowLog"/> began.</summary>
    void StopFollowing(ChannelReader<string> lines);
}
