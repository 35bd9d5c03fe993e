using Muster.Server.Cli.Output;
using Muster.Server.Configuration;

namespace Muster.Server.Cli;

/// <summary><c>muster agent</c>: reads the configuration, says everything that is wrong with it at once, and runs the server.</summary>
internal static class AgentCommand
{
    /// <summary>Runs until the server ends or a signal asks it to.</summary>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> arguments, Func<AgentOptions, CancellationToken, Task> host, CommandOutput output)
    {
        TextWriter errors = output.Error;
        AgentConfigurationResult result = AgentConfiguration.Read(arguments, HostFacts.OfThisMachine());
        if (result.WantsHelp)
        {
            AgentHelp.Write(output.Out);
            return ExitCode.Ok;
        }

        foreach (string warning in result.Warnings)
        {
            errors.WriteLine("warning: " + warning);
        }

        foreach (string error in result.Errors)
        {
            errors.WriteLine("error: " + error);
        }

        if (result.Options is not { } options)
        {
            return ExitCode.Error;
        }

        using var signals = new ShutdownSignals(staysOnHangup: true);
        PidFile? pidFile = null;
        try
        {
            pidFile = options.PidFile.Length > 0 ? PidFile.Write(options.PidFile) : null;
            await host(options, signals.Token);
            return ExitCode.Ok;
        }
        catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
        {
            return ExitCode.Ok;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // a port in use, a directory that cannot be written: the operator's to solve, so no stack trace
            foreach (string line in error.Message.Split('\n'))
            {
                errors.WriteLine("error: " + line);
            }

            return ExitCode.Error;
        }
        finally
        {
            pidFile?.Dispose();
        }
    }
}
