using System.Globalization;
using System.Text.RegularExpressions;
using Muster.Bench.Processes;

namespace Muster.Bench.Load;

/// <summary>Drives wrk: 2 threads, 64 keep-alive connections, one request in flight on each (no pipelining).</summary>
internal static partial class Wrk
{
    private const int MatchTimeoutMillis = 1000;

    public static LoadSample Run(int port, string path, TimeSpan length, params IEnumerable<string> script) =>
        RunWith(header: null, port, path, length, script);

    /// <summary>As <see cref="Run"/>, on one processor.</summary>
    public static LoadSample RunOn(int processor, int port, string path, TimeSpan length)
    {
        var seconds = WholeSeconds(length);
        List<string> arguments = ["-c", $"{processor}", "wrk", .. Common(seconds), Address(port, path)];
        return Parse(Tool.Run(Patience(seconds), "taskset", arguments));
    }

    /// <summary>As <see cref="Run"/>, with one more header in each request.</summary>
    public static LoadSample RunWith(string? header, int port, string path, TimeSpan length, params IEnumerable<string> script)
    {
        var seconds = WholeSeconds(length);
        var scriptParts = script.ToArray();
        List<string> arguments = [.. Common(seconds)];
        if (scriptParts.Length > 0)
        {
            arguments.AddRange(["-s", Path.Combine(AppContext.BaseDirectory, "Scripts", scriptParts[0])]);
        }

        if (header is not null)
        {
            arguments.AddRange(["-H", header]);
        }

        arguments.Add(Address(port, path));
        if (scriptParts.Length > 1)
        {
            arguments.Add("--");
            arguments.AddRange(scriptParts[1..]);
        }

        return Parse(Tool.Run(Patience(seconds), "wrk", arguments));
    }

    private static int WholeSeconds(TimeSpan length) => Math.Max(1, (int)Math.Round(length.TotalSeconds));

    private static string[] Common(int seconds) => ["-t2", "-c64", $"-d{seconds}s", "--timeout", "5s", "--latency"];

    private static string Address(int port, string path) => $"http://127.0.0.1:{port}{path}";

    private static TimeSpan Patience(int seconds) => TimeSpan.FromSeconds(seconds + 20);

    private static LoadSample Parse(string output)
    {
        if (BadAnswers().Match(output) is { Success: true } bad)
        {
            throw new BenchException($"wrk got answers that are not 2xx or lost connections: {bad.Value.Trim()}");
        }

        return new LoadSample(
            long.Parse(Requests().Match(output).Groups["value"].Value, CultureInfo.InvariantCulture),
            double.Parse(PerSecond().Match(output).Groups["value"].Value, CultureInfo.InvariantCulture),
            Millis(Percentile50().Match(output)),
            Millis(Percentile99().Match(output)));
    }

    private static double Millis(Match match)
    {
        var value = double.Parse(match.Groups["value"].Value, CultureInfo.InvariantCulture);
        return match.Groups["unit"].Value switch
        {
            "us" => value / 1000,
            "ms" => value,
            _ => value * 1000,
        };
    }

    [GeneratedRegex(@"Non-2xx.*|Socket errors.*", RegexOptions.ExplicitCapture, MatchTimeoutMillis)]
    private static partial Regex BadAnswers();

    [GeneratedRegex(@"(?<value>\d+) requests in", RegexOptions.ExplicitCapture, MatchTimeoutMillis)]
    private static partial Regex Requests();

    [GeneratedRegex(@"Requests/sec:\s+(?<value>[\d.]+)", RegexOptions.ExplicitCapture, MatchTimeoutMillis)]
    private static partial Regex PerSecond();

    [GeneratedRegex(@"50%\s+(?<value>[\d.]+)(?<unit>us|ms|s)", RegexOptions.ExplicitCapture, MatchTimeoutMillis)]
    private static partial Regex Percentile50();

    [GeneratedRegex(@"99%\s+(?<value>[\d.]+)(?<unit>us|ms|s)", RegexOptions.ExplicitCapture, MatchTimeoutMillis)]
    private static partial Regex Percentile99();
}
