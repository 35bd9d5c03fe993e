using Muster.Server.Cli.Output;
using Muster.Server.Configuration;
using Muster.Server.Hosting;

namespace Muster.Server.Cli;

/// <summary><c>muster agent</c>: reads the configuration, says everything that is wrong with it at once, and runs the server.</summary>
internal static class AgentCommand
{
    /// <summary>Runs until the server ends or a signal asks it to.</summary>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> arguments, Func<AgentLaunch, CancellationToken, Task> host, CommandOutput output)
    {
        TextWriter errors = output.Error;
        AgentConfigurationResult Read() => AgentConfiguration.Read(arguments, HostFacts.OfThisMachine());
        AgentConfigurationResult result = Read();
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

        var launch = new AgentLaunch(options, Read);
        using var signals = new ShutdownSignals(launch.AskReload);
        launch.StopSignal = () => signals.First;
        PidFile? pidFile = null;
        try
        {
            pidFile = options.PidFile.Length > 0 ? PidFile.Write(options.PidFile) : null;
            await host(launch, signals.Token);
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
