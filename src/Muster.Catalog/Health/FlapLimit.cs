using Muster.Model;

namespace Muster.Catalog;

/// <summary>
/// Bounds how often a check may recover, and with that how often it may change at all: a check that fails every other
/// time would else wake every watcher all the time. Only good news waits; a failure counts at once.
/// </summary>
/// <remarks>
/// Each check has so many recoveries to spend, and earns them back evenly over the window. One number on its lease
/// holds both (the generic cell rate algorithm): the tick at which all of them would be back.
/// </remarks>
internal static class FlapLimit
{
    /// <summary>True when the check may recover now, which is then counted; false when it has to wait.</summary>
    internal static bool TryRecover(CheckLease lease, long now, long ticksPerRecovery, int recoveries)
    {
        if (recoveries == 0)
        {
            return true;
        }

        long full = Math.Max(lease.RecoveriesBack, now);
        if (full - now > ticksPerRecovery * (recoveries - 1))
        {
            return false;
        }

        lease.RecoveriesBack = (int)Math.Min(int.MaxValue, full + ticksPerRecovery);
        return true;
    }

    /// <summary>The output of a check that passed and yet has to wait.</summary>
    internal static string Explain(HealthStatus held, CatalogOptions options, string output) =>
        $"{held.ToText()} held: the check is flapping, it recovered {options.FlapRecoveries} times within {Seconds(options.FlapWindow)}. {output}";

    private static string Seconds(TimeSpan window) => $"{window.TotalSeconds:0.###} s";
}
