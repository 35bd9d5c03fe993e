using System.CommandLine;

namespace Muster.Server.Cli.Commands;

/// <summary>What one does to one instance: <c>muster deregister ID</c>, <c>muster drain ID</c>, <c>muster undrain ID</c>.</summary>
internal static class InstanceActionCommands
{
    public static IEnumerable<Command> Create(CommandRunner runner)
    {
        var reason = new Option<string?>("--reason") { Description = "Why, for people" };
        yield return Create(runner, "deregister", "Remove an instance", HttpMethod.Delete, "", "deregistered");
        yield return Create(runner, "drain", "Let an instance finish what it has: it stays registered and gets nothing new", HttpMethod.Put, "/drain", "draining", reason);
        yield return Create(runner, "undrain", "End draining", HttpMethod.Delete, "/drain", "no longer draining:");
    }

    private static Command Create(
        CommandRunner runner, string name, string description, HttpMethod method, string path, string done, Option<string?>? reason = null)
    {
        var command = new Command(name, description);
        var id = new Argument<string>("id") { Description = "The instance's id" };
        var node = new Option<string?>("--node") { Description = "Its node, when several nodes have that id" };
        command.Arguments.Add(id);
        command.Options.Add(node);
        if (reason is not null)
        {
            command.Options.Add(reason);
        }

        command.SetAction(runner.Action(async (context, arguments, cancellation) =>
        {
            string query = Query(("node", arguments.GetValue(node)), ("reason", reason is null ? null : arguments.GetValue(reason)));
            await context.Client.SendAsync(method, $"instances/{Uri.EscapeDataString(arguments.GetValue(id)!)}{path}{query}", null, cancellation);
            if (!context.Json)
            {
                context.Output.Out.WriteLine($"{done} {arguments.GetValue(id)}");
            }

            return ExitCode.Ok;
        }));
        return command;
    }

    private static string Query(params ReadOnlySpan<(string Name, string? Value)> parameters)
    {
        string query = "";
        foreach ((string name, string? value) in parameters)
        {
            query += value is null ? "" : $"{(query.Length == 0 ? '?' : '&')}{name}={Uri.EscapeDataString(value)}";
        }

        return query;
    }
}
