using System.CommandLine;
using System.CommandLine.Parsing;
using Muster.Server.Cli.Commands;
using Muster.Server.Cli.Output;
using Muster.Server.Demo;
using Muster.Server.Hosting;

namespace Muster.Server.Cli;

/// <summary>The entry of the program: finds the command and runs it.</summary>
internal sealed class CommandLine(
    CommandOutput output, Func<string, string?> environment, Func<AgentLaunch, CancellationToken, Task> host)
{
    /// <summary>Runs a command and returns the process's exit code.</summary>
    public async Task<int> RunAsync(string[] arguments)
    {
        // the agent's flags are written as Go writes them, which no ordinary parser takes
        if (arguments is ["agent", .. string[] flags])
        {
            return await AgentCommand.RunAsync(flags, host, output);
        }

        if (arguments is ["-v"])
        {
            arguments = ["version"];
        }

        RootCommand root = CreateRoot();
        ParseResult parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (ParseError error in parsed.Errors)
            {
                output.Error.WriteLine("muster: " + error.Message);
            }

            output.Error.WriteLine("See \"muster --help\".");
            return ExitCode.Usage;
        }

        using var signals = new ShutdownSignals();
        var invocation = new InvocationConfiguration
        {
            Output = output.Out,
            Error = output.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        try
        {
            return await parsed.InvokeAsync(invocation, signals.Token);
        }
        catch (CommandFailedException failure)
        {
            output.Error.WriteLine("muster: " + failure.Message);
            return failure.ExitCode;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            output.Error.WriteLine("muster: " + error.Message);
            return ExitCode.Error;
        }
    }

    /// <summary>All commands, for parsing and for the test of the documentation.</summary>
    internal RootCommand CreateRoot()
    {
        var runner = new CommandRunner(output, environment);
        var root = new RootCommand("Muster, a service-discovery server: one catalog, spoken in Consul HTTP, DNS and REST")
        {
            new Command("agent", "Run the server; its flags are Consul's, see \"muster agent -help\""),
            ServicesCommand.Create(runner),
            InstancesCommand.Create(runner),
            ResolveCommand.Create(runner),
            WatchCommand.Create(runner),
            ExplainCommand.Create(runner),
            PreservationCommand.Create(runner),
            RegisterCommand.Create(runner),
            CatalogCommand.Create(runner),
            ValidateCommand.Create(output),
            VersionCommand.Create(output, environment, runner.Json),
            DemoCommand.Create(output, environment, host),
            DemoServiceCommand.Create(runner.Address, environment),
            runner.Address,
            runner.Json,
        };
        foreach (Command command in (IEnumerable<Command>)[.. InstanceActionCommands.Create(runner), .. ClusterCommands.Create(runner), .. AgentCommands.Create(runner)])
        {
            root.Add(command);
        }

        return root;
    }
}
