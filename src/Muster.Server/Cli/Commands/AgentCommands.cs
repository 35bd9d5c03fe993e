using System.CommandLine;
using System.Text.Json;
using Muster.Server.Cli.Output;

namespace Muster.Server.Cli.Commands;

/// <summary><c>muster members</c>, <c>reload</c> and <c>leave</c>: what an operator asks a running agent, as with Consul.</summary>
internal static class AgentCommands
{
    private static readonly string[] s_status = ["none", "alive", "leaving", "left", "failed"];

    public static IEnumerable<Command> Create(CommandRunner runner) =>
    [
        Make(runner, "members", "List the servers", MembersAsync),
        Make(runner, "reload", "Have the agent read its configuration again", (context, cancellation) =>
            PutAsync(context, "agent/reload", "Configuration reload triggered", cancellation)),
        Make(runner, "leave", "Have the agent end in order", (context, cancellation) =>
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

    private static async Task<int> MembersAsync(CommandContext context, CancellationToken cancellation)
    {
        byte[] json = await context.Client.CallConsulAsync(HttpMethod.Get, "agent/members", null, cancellation);
        if (context.Json)
        {
            context.Output.WriteJson(json);
            return ExitCode.Ok;
        }

        var table = new TextTable("Node", "Address", "Status", "Type", "Build", "Protocol", "DC", "Partition", "Segment");
        using JsonDocument document = JsonDocument.Parse(json);
        foreach (JsonElement member in document.RootElement.EnumerateArray())
        {
            JsonElement tags = member.GetProperty("Tags");
            string build = Text(tags, "build").Split(':')[0];
            int status = member.GetProperty("Status").GetInt32();
            table.Add(
                Text(member, "Name"), Address(member), status < s_status.Length ? s_status[status] : "unknown", Text(tags, "role") == "consul" ? "server" : "client",
                build, member.GetProperty("ProtocolCur").GetRawText(), Text(tags, "dc"), "default", "<all>");
        }

        table.Write(context.Output);
        return ExitCode.Ok;
    }

    private static string Address(JsonElement member)
    {
        string address = Text(member, "Addr");
        return $"{(address.Contains(':', StringComparison.Ordinal) ? $"[{address}]" : address)}:{member.GetProperty("Port").GetRawText()}";
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString() ?? "";
}
