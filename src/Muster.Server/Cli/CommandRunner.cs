using System.CommandLine;
using Muster.Server.Cli.Api;
using Muster.Server.Cli.Output;

namespace Muster.Server.Cli;

/// <summary>Runs the commands that talk to a server: finds the server and knows the options that all of them have.</summary>
internal sealed class CommandRunner(CommandOutput output, Func<string, string?> environment)
{
    /// <summary>Which server to talk to; on every command.</summary>
    public Option<string?> Address { get; } = new("--http-addr", "-http-addr")
    {
        Description = "The server to talk to; default: MUSTER_HTTP_ADDR, CONSUL_HTTP_ADDR, then http://127.0.0.1:8500",
        HelpName = "address",
        Recursive = true,
    };

    /// <summary>Whether a script reads the output; on every command.</summary>
    public Option<bool> Json { get; } = new("--json") { Description = "Write JSON, as the REST API documents it", Recursive = true };

    /// <summary>Wraps what a command does.</summary>
    public Func<ParseResult, CancellationToken, Task<int>> Action(Func<CommandContext, ParseResult, CancellationToken, Task<int>> run) =>
        async (arguments, cancellation) =>
        {
            try
            {
                using var client = new RegistryClient(ServerAddress.Find(arguments.GetValue(Address), environment));
                return await run(new CommandContext(client, output, arguments.GetValue(Json)), arguments, cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return ExitCode.Error;
            }
        };
}
