namespace Muster.Catalog;

/// <summary>A part of the catalog that is judged by itself, and what the last survey counted there.</summary>
/// <param name="Scope"><c>all</c>, <c>zone:NAME</c>, or <c>owner:NODE</c> for what is registered on a server's own node.</param>
/// <param name="Signal">What is counted.</param>
/// <param name="Expected">How many should be heard of: running leases and TTLs, or probed checks that are not critical; and those lost within the window.</param>
/// <param name="Missed">How many of them are missing and not made up for by newcomers.</param>
public sealed record PreservationScope(string Scope, PreservationSignal Signal, int Expected, int Missed)
{
    /// <summary>The missing share.</summary>
    public double MissedPercent => Expected == 0 ? 0 : Math.Round(100.0 * Missed / Expected, 1);
}
