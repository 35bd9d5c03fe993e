using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Muster.Client.Hosting.HealthChecks;

namespace Muster.Client.Hosting.Registration;

/// <summary>Waits until the host's own health checks say that it is ready.</summary>
internal sealed partial class ReadinessGate(IServiceProvider services, TimeProvider time, ILogger<ReadinessGate> log)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>True when the checks with the tag are no longer unhealthy; false when cancelled before.</summary>
    public async Task<bool> WaitAsync(string tag, CancellationToken cancellation)
    {
        var checks = services.GetRequiredService<HealthCheckService>();
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                // not our own check: it waits for the registration
                HealthReport report = await checks
                    .CheckHealthAsync(check => check.Tags.Contains(tag) && !check.Tags.Contains(MusterHealthCheck.Tag), cancellation)
                    .ConfigureAwait(false);
                if (report.Status != HealthStatus.Unhealthy)
                {
                    return true;
                }
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return false;
            }
            catch (Exception failure)
            {
                // a check that cannot even be made is not ready, and may be later
                Log.CannotTell(log, failure, tag);
            }

            await Task.Delay(Interval, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return false;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The health checks tagged '{Tag}' cannot be run; the instance goes on as starting", EventName = "CannotTell")]
        public static partial void CannotTell(ILogger log, Exception failure, string tag);
    }
}
