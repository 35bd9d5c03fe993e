using System.CommandLine;
using System.Text;
using System.Text.Json;
using Muster.Server.Configuration;

namespace Muster.Server.Cli.Commands;

/// <summary>
/// <c>muster services register FILE</c> and <c>muster services deregister</c>: a service as a configuration file defines
/// it, registered with a running agent, as Consul's commands do.
/// </summary>
internal static class ServiceFileCommands
{
    public static IEnumerable<Command> Create(CommandRunner runner) => [Register(runner), Deregister(runner)];

    private static Command Register(CommandRunner runner)
    {
        Argument<string[]> files = Files();
        var name = new Option<string?>("--name", "-name") { Description = "Name of the service, instead of a file" };
        var id = new Option<string?>("--id", "-id") { Description = "Its id; default: the name" };
        var address = new Option<string?>("--address", "-address") { Description = "Its address" };
        var port = new Option<int>("--port", "-port") { Description = "Its port" };
        var tags = new Option<string[]>("--tag", "-tag") { Description = "A tag; may be repeated", DefaultValueFactory = _ => [] };
        var command = new Command("register", "Register what configuration files define, or a service named by options") { files, name, id, address, port, tags };
        command.SetAction(runner.Action(async (context, arguments, cancellation) =>
        {
            IReadOnlyList<JsonElement> services = arguments.GetValue(name) is { } given
                ? [JsonSerializer.SerializeToElement(new Dictionary<string, object?>
                {
                    ["Name"] = given, ["ID"] = arguments.GetValue(id) ?? "", ["Address"] = arguments.GetValue(address) ?? "",
                    ["Port"] = arguments.GetValue(port), ["Tags"] = arguments.GetValue(tags),
                })]
                : ReadServices(arguments.GetValue(files)!);
            foreach (JsonElement service in services)
            {
                await context.Client.CallConsulAsync(HttpMethod.Put, "agent/service/register", Encoding.UTF8.GetBytes(service.GetRawText()), cancellation);
                context.Output.Out.WriteLine("Registered service: " + TextOf(service, "name"));
            }

            return ExitCode.Ok;
        }));
        return command;
    }

    private static Command Deregister(CommandRunner runner)
    {
        Argument<string[]> files = Files();
        var id = new Option<string?>("--id", "-id") { Description = "The id of the service, instead of a file" };
        var command = new Command("deregister", "Remove what configuration files define, or one service by its id") { files, id };
        command.SetAction(runner.Action(async (context, arguments, cancellation) =>
        {
            IEnumerable<string> ids = arguments.GetValue(id) is { } given
                ? [given]
                : ReadServices(arguments.GetValue(files)!).Select(service => TextOf(service, "id") is { Length: > 0 } own ? own : TextOf(service, "name"));
            foreach (string each in ids)
            {
                await context.Client.CallConsulAsync(HttpMethod.Put, "agent/service/deregister/" + Uri.EscapeDataString(each), null, cancellation);
                context.Output.Out.WriteLine("Deregistered service: " + each);
            }

            return ExitCode.Ok;
        }));
        return command;
    }

    private static Argument<string[]> Files() =>
        new("file") { Description = "JSON files with service or services", Arity = ArgumentArity.ZeroOrMore };

    private static IReadOnlyList<JsonElement> ReadServices(string[] files)
    {
        var draft = new AgentDraft();
        foreach (string file in files)
        {
            ConfigFiles.ReadFile(draft, file);
        }

        if (draft.Errors.Count > 0)
        {
            throw new CommandFailedException(ExitCode.Error, string.Join('\n', draft.Errors));
        }

        return draft.Services.Count > 0
            ? [.. draft.Services.Select(service => service.Value)]
            : throw new CommandFailedException(ExitCode.Usage, "name a JSON file that defines a service, or one by --name or --id");
    }

    private static string TextOf(JsonElement service, string name) =>
        service.EnumerateObject().LastOrDefault(member => member.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is { Value.ValueKind: JsonValueKind.String } found
            ? found.Value.GetString()!
            : "";
}
