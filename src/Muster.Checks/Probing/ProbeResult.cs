using Muster.Model;

namespace Muster.Checks.Probing;

/// <summary>What one run found.</summary>
internal readonly record struct ProbeResult(HealthStatus Status, string Output)
{
    public static ProbeResult Passing(string output) => new(HealthStatus.Passing, output);

    public static ProbeResult Critical(string output) => new(HealthStatus.Critical, output);
}
