using System.Globalization;

namespace Muster.FailureTests.Processes;

/// <summary>The figures of one question, as a <see cref="Table"/>.</summary>
internal sealed class Figures(string question, ITestOutputHelper output)
{
    private readonly Table _table = new(output, question, "what", "figure");

    public void Add(string name, FormattableString value) => _table.Add(name, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>The rows that every round of a caller has.</summary>
    public void Add(string round, CallerReport report)
    {
        Add($"{round}: calls", $"{report.Calls} ({report.Calls / report.Seconds:F0}/s), {report.Failures.Values.Sum()} failed, {report.Skipped} more could not be begun");
        Add($"{round}: attempts", $"{report.Attempts}, {report.FailedAttempts} failed; of one call at most {report.MostFailedAttemptsOfACall}");
        Add($"{round}: call ms p50 / p99 / p99.9", $"{report.CallMilliseconds.P50:F2} / {report.CallMilliseconds.P99:F2} / {report.CallMilliseconds.P999:F2}");
        Add($"{round}: lookups", $"{report.Lookups}, {report.FailedLookups} failed");
        Add($"{round}: lookup us p50 / p99 / p99.9", $"{report.LookupMilliseconds.P50 * 1000:F2} / {report.LookupMilliseconds.P99 * 1000:F2} / {report.LookupMilliseconds.P999 * 1000:F2}");
        Add($"{round}: list", $"{report.Known} instances, {(report.Stale ? $"stale for {report.AgeSeconds.ToString("F1", CultureInfo.InvariantCulture)} s: {report.Reason}" : "fresh")}");
    }

    /// <summary>Prints and keeps them. Call it before anything is asserted.</summary>
    public void Write() => _table.Write();
}
