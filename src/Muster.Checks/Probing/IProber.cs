using Muster.Model;

namespace Muster.Checks.Probing;

/// <summary>Runs one probe.</summary>
internal interface IProber : IDisposable
{
    /// <summary>
    /// Finds out how the target does. Failures of the target are results, not exceptions.
    /// </summary>
    /// <param name="definition">The check, of a kind this prober runs.</param>
    /// <param name="context">What the probe may reach.</param>
    /// <param name="timeout">How long the run may take; for messages and for dividing it up.</param>
    /// <param name="cancellationToken">Fires when the time is over or the result is no longer wanted.</param>
    ValueTask<ProbeResult> ProbeAsync(
        CheckDefinition definition, ProbeContext context, TimeSpan timeout, CancellationToken cancellationToken);
}
