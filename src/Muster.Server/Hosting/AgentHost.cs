using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Muster.Server.Configuration;

namespace Muster.Server.Hosting;

/// <summary>Runs an agent from its options until it is asked to stop.</summary>
internal static class AgentHost
{
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(8);

    /// <summary>Starts everything, reloads when asked to, waits for <paramref name="stop"/> or a leave, and ends in order.</summary>
    /// <exception cref="IOException">It cannot start: a port is taken, the data directory is damaged or in use.</exception>
    public static async Task RunAsync(AgentLaunch launch, CancellationToken stop)
    {
        var log = new LogControl(launch.Options.LogLevel);
        using ILoggerFactory logging = AgentLogging.Create(launch.Options, log);
        await using Agent agent = await Agent.StartAsync(launch, logging, log, TimeProvider.System, stop);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop, agent.Leaving);
        try
        {
            while (true)
            {
                await launch.NextReloadAsync(ending.Token);
                await agent.ReloadAsync();
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // the end
        }

        if (agent.GivesUpBecause is { } reason)
        {
            throw new AgentStartException([reason]);
        }

        if (agent.Leaving.IsCancellationRequested || MeansLeave(launch.StopSignal(), launch.Options.Cluster))
        {
            await agent.LeaveClusterAsync();
        }

        await agent.StopAsync(StopWithin);
    }

    /// <summary>A server that is stopped comes back, and the others keep its place, unless the operator said otherwise.</summary>
    private static bool MeansLeave(PosixSignal? signal, ClusterSettings settings) => signal switch
    {
        PosixSignal.SIGTERM => settings.LeaveOnTerminate,
        PosixSignal.SIGINT => settings.LeaveOnInterrupt,
        _ => false,
    };
}
