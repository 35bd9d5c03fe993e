using System.Diagnostics;

namespace Muster.Bench.Processes;

/// <summary>Runs a load tool to its end and returns what it printed.</summary>
internal static class Tool
{
    public static string Run(TimeSpan patience, string file, params IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(file, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(patience))
        {
            process.Kill(entireProcessTree: true);
            throw new BenchException($"{file} did not end within {patience.TotalSeconds:0} s");
        }

        if (process.ExitCode != 0)
        {
            throw new BenchException($"{file} ended with {process.ExitCode}: {errors.Result}{output.Result}");
        }

        return output.Result;
    }
}
