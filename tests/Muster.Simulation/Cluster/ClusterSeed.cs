using System.Globalization;

namespace Muster.Simulation.Cluster;

/// <summary>How seeds of the cluster are written: <c>c17</c> with few instances, <c>C17</c> with many.</summary>
internal static class ClusterSeed
{
    public const int Few = 30;
    public const int Many = 2000;

    public static string Name(int seed, int instances) => (instances == Many ? "C" : "c") + seed.ToString(CultureInfo.InvariantCulture);

    public static bool TryParse(string? text, out int seed, out int instances)
    {
        seed = 0;
        instances = text is ['C', ..] ? Many : Few;
        return text is ['c' or 'C', ..] && int.TryParse(text[1..], NumberStyles.None, CultureInfo.InvariantCulture, out seed);
    }
}
