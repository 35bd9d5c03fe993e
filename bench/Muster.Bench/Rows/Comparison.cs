using Muster.Bench.Load;
using Muster.Bench.Reporting;

namespace Muster.Bench.Rows;

/// <summary>Turns paired rounds into a line of the table.</summary>
internal static class Comparison
{
    /// <param name="what">What was measured.</param>
    /// <param name="rounds">The rounds.</param>
    /// <param name="muster">Muster.</param>
    /// <param name="calibration">What it is compared with.</param>
    /// <param name="target">The ratio of requests per second to reach.</param>
    /// <param name="more">A further condition and how to say it, when the row has one.</param>
    public static ResultLine Throughput(
        string what, PairedRounds rounds, Contender muster, Contender calibration, double target, (string Text, string Target, bool Holds)? more = null)
    {
        var ratio = rounds.MedianRatio(muster, calibration);
        var mine = rounds.Median(muster);
        var theirs = rounds.Median(calibration);
        return new ResultLine(
            what,
            mine + (more is null ? "" : "; " + more.Value.Text),
            $"{calibration.Name} {theirs}",
            $"{ratio:0.00}x",
            $">= {target:0.00}x" + (more is null ? "" : "; " + more.Value.Target),
            ratio >= target && more?.Holds != false);
    }
}
