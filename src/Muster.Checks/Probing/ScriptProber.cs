using System.ComponentModel;
using Muster.Checks.Scripts;
using Muster.Model;
using Muster.Wire;

namespace Muster.Checks.Probing;

/// <summary>
/// Script checks: a program's exit code is the result, 0 passing, 1 warning, all others critical, as monitoring plugins
/// have it. No shell is involved: what is registered is a list of arguments and stays one.
/// </summary>
internal static class ScriptProber
{
    /// <summary>Leaves room for the note that there was more.</summary>
    private const int KeptBytes = OutputText.MaxBytes - 64;

    public static async ValueTask<ProbeResult> ProbeAsync(
        ScriptCommand script, ScriptPolicy policy, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (policy == ScriptPolicy.None || (policy == ScriptPolicy.Local && !script.IsLocal))
        {
            return ProbeResult.Critical(
                "Scripts are disabled on this agent; to enable, configure 'enable_script_checks' or 'enable_local_script_checks' to true");
        }

        ScriptProcess process;
        try
        {
            process = ScriptProcess.Start(script.Arguments, KeptBytes);
        }
        catch (Exception e) when (e is Win32Exception or ArgumentException)
        {
            return ProbeResult.Critical(e.Message);
        }

        using (process)
        {
            if (await process.EndAsync(cancellationToken))
            {
                return new ProbeResult(StatusOf(process.ExitCode), OutputOf(process));
            }

            string output = OutputOf(process);
            string message = $"Timed out ({GoDuration.Format(timeout)}) running check";
            return ProbeResult.Critical(output.Length == 0 ? message : $"{message}\n\n{output}");
        }
    }

    private static HealthStatus StatusOf(int exitCode) => exitCode switch
    {
        0 => HealthStatus.Passing,
        1 => HealthStatus.Warning,
        _ => HealthStatus.Critical,
    };

    private static string OutputOf(ScriptProcess process)
    {
        (byte[] kept, long total) = process.Output();
        string text = OutputText.Decode(kept, cut: false);
        return total > kept.Length ? $"Captured {kept.Length} of {total} bytes\n...\n{text}" : text;
    }
}
