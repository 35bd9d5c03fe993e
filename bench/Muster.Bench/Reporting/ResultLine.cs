namespace Muster.Bench.Reporting;

/// <summary>One line of the table: a figure of Muster, the calibration figure of the same run, and the verdict.</summary>
/// <param name="What">What was measured.</param>
/// <param name="Muster">Muster's figures.</param>
/// <param name="Calibration">What it is compared with, and its figures.</param>
/// <param name="Ratio">Muster by calibration, or the figure the target is about.</param>
/// <param name="Target">The target, as text.</param>
/// <param name="Reached">The verdict; null when the line is for information only.</param>
internal sealed record ResultLine(string What, string Muster, string Calibration, string Ratio, string Target, bool? Reached)
{
    public static ResultLine Failed(string row, string reason) =>
        new(row, "could not be measured: " + reason.Split('\n')[0], "", "", "", Reached: false);
}
