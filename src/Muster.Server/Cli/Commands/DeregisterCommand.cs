using System.CommandLine;

namespace Muster.Server.Cli.Commands;

/// <summary><c>muster deregister ID</c>.</summary>
internal static class DeregisterCommand
{
    public static Command Create(CommandRunner runner)
    {
        var command = new Command("deregister", "Remove an instance");
        var id = new Argument<string>("id") { Description = "The instance's id" };
        var node = new Option<string?>("--node") { Description = "Its node, when several nodes have that id" };
        command.Arguments.Add(id);
        command.Options.Add(node);
        command.SetAction(runner.Action(async (context, arguments, cancellation) =>
        {
            string query = arguments.GetValue(node) is { } name ? "?node=" + Uri.EscapeDataString(name) : "";
            await context.Client.SendAsync(HttpMethod.Delete, $"instances/{Uri.EscapeDataString(arguments.GetValue(id)!)}{query}", null, cancellation);
            if (!context.Json)
            {
                context.Output.Out.WriteLine($"deregistered {arguments.GetValue(id)}");
            }

            return ExitCode.Ok;
        }));
        return command;
    }
}
