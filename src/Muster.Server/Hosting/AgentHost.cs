using Microsoft.Extensions.Logging;
using Muster.Server.Configuration;

namespace Muster.Server.Hosting;

/// <summary>Runs an agent from its options until it is asked to stop.</summary>
internal static class AgentHost
{
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(8);

    /// <summary>Starts everything, waits for <paramref name="stop"/>, and leaves in order.</summary>
    /// <exception cref="IOException">It cannot start: a port is taken, the data directory is damaged or in use.</exception>
    public static async Task RunAsync(AgentOptions options, CancellationToken stop)
    {
        using ILoggerFactory logging = AgentLogging.Create(options);
        await using Agent agent = await Agent.StartAsync(options, logging, TimeProvider.System, stop);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (stop.Register(asked.SetResult))
        {
            await asked.Task;
        }

        await agent.StopAsync(StopWithin);
    }
}
