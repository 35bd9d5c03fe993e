using System.Globalization;
using System.Text.RegularExpressions;
using Muster.Bench.Processes;

namespace Muster.Bench.Load;

/// <summary>Drives dnsperf: 8 clients, 64 queries outstanding, over UDP.</summary>
internal static partial class DnsPerf
{
    private const int MatchTimeoutMillis = 1000;

    public static LoadSample Run(int port, string queryFile, TimeSpan length)
    {
        var seconds = Math.Max(1, (int)Math.Round(length.TotalSeconds));
        var output = Tool.Run(
            TimeSpan.FromSeconds(seconds + 20),
            "dnsperf",
            "-s", "127.0.0.1", "-p", $"{port}", "-d", queryFile, "-c", "8", "-q", "64", "-l", $"{seconds}");
        var completed = long.Parse(Completed().Match(output).Groups["value"].Value, CultureInfo.InvariantCulture);
        if (!output.Contains("NOERROR", StringComparison.Ordinal) || OtherCodes().IsMatch(output))
        {
            throw new BenchException($"dnsperf got other answers than NOERROR:\n{output}");
        }

        var perSecond = double.Parse(PerSecond().Match(output).Groups["value"].Value, CultureInfo.InvariantCulture);
        return new LoadSample(completed, perSecond, double.NaN, double.NaN);
    }

    [GeneratedRegex(@"Queries completed:\s+(?<value>\d+)", RegexOptions.ExplicitCapture, MatchTimeoutMillis)]
    private static partial Regex Completed();

    [GeneratedRegex(@"Queries per second:\s+(?<value>[\d.]+)", RegexOptions.ExplicitCapture, MatchTimeoutMillis)]
    private static partial Regex PerSecond();

    [GeneratedRegex(@"Response codes:.*(NXDOMAIN|SERVFAIL|REFUSED|FORMERR|NOTIMP)", RegexOptions.ExplicitCapture, MatchTimeoutMillis)]
    private static partial Regex OtherCodes();
}
