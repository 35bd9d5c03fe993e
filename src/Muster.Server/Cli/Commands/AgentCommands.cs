using System.CommandLine;

namespace Muster.Server.Cli.Commands;

/// <summary><c>muster reload</c> and <c>leave</c>: what an operator asks a running agent, as with Consul.</summary>
internal static class AgentCommands
{
    public static IEnumerable<Command> Create(CommandRunner runner) =>
    [
        Make(runner, "reload", "Have the agent read its configuration again", (context, cancellation) =>
            PutAsync(context, "agent/reload", "Configuration reload triggered", cancellation)),
        Make(runner, "leave", "Have the agent leave the others and end in order", (context, cancellation) =>
            PutAsync(context, "agent/leave", "Graceful leave complete", cancellation)),
    ];

    private static Command Make(CommandRunner runner, string name, string description, Func<CommandContext, CancellationToken, Task<int>> run)
    {
        var command = new Command(name, description);
        command.SetAction(runner.Action((context, _, cancellation) => run(context, cancellation)));
        return command;
    }

    private static async Task<int> PutAsync(CommandContext context, string path, string done, CancellationToken cancellation)
    {
        await context.Client.CallConsulAsync(HttpMethod.Put, path, null, cancellation);
        if (!context.Json)
        {
            context.Output.Out.WriteLine(done);
        }

        return ExitCode.Ok;
    }
}
