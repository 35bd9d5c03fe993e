using Microsoft.Extensions.Diagnostics.HealthChecks;
using Muster.Client.Hosting.HealthChecks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds Muster's health check.</summary>
public static class MusterHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds the check <c>muster</c>: healthy while the host is registered and the registry is heard, degraded while it lives on what
    /// it knows, unhealthy when it was never registered or is refused. For readiness, not for liveness: a restart mends nothing.
    /// </summary>
    /// <param name="builder">The health checks.</param>
    /// <param name="failureStatus">What a host is that is not registered. Default unhealthy.</param>
    /// <param name="tags">The check's tags beside <c>muster</c>. Default <c>ready</c>.</param>
    public static IHealthChecksBuilder AddMuster(this IHealthChecksBuilder builder, HealthStatus? failureStatus = null, IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddMuster();
        return builder.AddCheck<MusterHealthCheck>(MusterHealthCheck.Tag, failureStatus, [MusterHealthCheck.Tag, .. tags ?? ["ready"]]);
    }
}
