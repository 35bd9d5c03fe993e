using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Muster.Server.Cli.Api;
using Muster.Server.Cli.Output;

namespace Muster.Server.Cli.Commands;

/// <summary><c>muster members</c>, <c>join</c> and <c>force-leave</c>: the servers, as with Consul.</summary>
internal static class ClusterCommands
{
    private static readonly string[] s_status = ["none", "alive", "leaving", "left", "failed"];

    public static IEnumerable<Command> Create(CommandRunner runner) => [Members(runner), Join(runner), ForceLeave(runner)];

    private static Command Members(CommandRunner runner)
    {
        var detailed = new Option<bool>("--detailed", "-detailed") { Description = "Show all that is known of each server" };
        var command = new Command("members", "List the servers") { detailed };
        command.SetAction(runner.Action(async (context, arguments, cancellation) =>
        {
            byte[] json = await context.Client.GetAsync("cluster", cancellation);
            if (context.Json)
            {
                context.Output.WriteJson(json);
                return ExitCode.Ok;
            }

            ClusterDocument cluster = context.Client.Parse(json, RegistryJson.Default.ClusterDocument);
            if (arguments.GetValue(detailed))
            {
                WriteDetailed(context, cluster);
            }
            else
            {
                byte[] members = await context.Client.CallConsulAsync(HttpMethod.Get, "agent/members", null, cancellation);
                WriteMembers(context, members, cluster);
            }

            foreach (string note in NotesOn(cluster))
            {
                context.Output.Error.WriteLine(note);
            }

            return ExitCode.Ok;
        }));
        return command;
    }

    private static Command Join(CommandRunner runner)
    {
        var targets = new Argument<string[]>("address") { Description = "A server to join, and more of them", Arity = ArgumentArity.OneOrMore };
        var command = new Command("join", "Have the agent join other servers") { targets };
        command.SetAction(runner.Action(async (context, arguments, cancellation) =>
        {
            int joined = 0;
            foreach (string target in arguments.GetValue(targets)!)
            {
                try
                {
                    await context.Client.CallConsulAsync(HttpMethod.Put, $"agent/join/{Uri.EscapeDataString(target)}", null, cancellation);
                    joined++;
                }
                catch (CommandFailedException failure) when (failure.ExitCode != ExitCode.Unreachable)
                {
                    context.Output.Error.WriteLine($"Error joining address '{target}': {failure.Message}");
                }
            }

            if (joined == 0)
            {
                return ExitCode.Error;
            }

            context.Output.Out.WriteLine($"Successfully joined cluster by contacting {joined} nodes.");
            return ExitCode.Ok;
        }));
        return command;
    }

    private static Command ForceLeave(CommandRunner runner)
    {
        var name = new Argument<string>("node") { Description = "The name of the server's node" };
        var prune = new Option<bool>("--prune", "-prune") { Description = "Forget the server altogether" };
        var command = new Command("force-leave", "Say of a server that failed that it left") { name, prune };
        command.SetAction(runner.Action(async (context, arguments, cancellation) =>
        {
            string query = arguments.GetValue(prune) ? "?prune" : "";
            await context.Client.CallConsulAsync(HttpMethod.Put, $"agent/force-leave/{Uri.EscapeDataString(arguments.GetValue(name)!)}{query}", null, cancellation);
            return ExitCode.Ok;
        }));
        return command;
    }

    /// <summary>Consul's columns, and behind them how a server's copy of the catalog fares.</summary>
    private static void WriteMembers(CommandContext context, byte[] json, ClusterDocument cluster)
    {
        string[] headings = ["Node", "Address", "Status", "Type", "Build", "Protocol", "DC", "Partition", "Segment"];
        var table = new TextTable(cluster.Enabled ? [.. headings, "Lag", "Equal", "Queue"] : headings);
        using JsonDocument document = JsonDocument.Parse(json);
        foreach (JsonElement member in document.RootElement.EnumerateArray())
        {
            JsonElement tags = member.GetProperty("Tags");
            int status = member.GetProperty("Status").GetInt32();
            string[] cells =
            [
                Text(member, "Name"), Address(member), status < s_status.Length ? s_status[status] : "unknown", Text(tags, "role") == "consul" ? "server" : "client",
                Text(tags, "build").Split(':')[0], member.GetProperty("ProtocolCur").GetRawText(), Text(tags, "dc"), "default", "<all>",
            ];
            table.Add(cluster.Enabled ? [.. cells, .. CopyOf(cluster.Members.FirstOrDefault(other => other.Name == cells[0]))] : cells);
        }

        table.Write(context.Output);
    }

    private static void WriteDetailed(CommandContext context, ClusterDocument cluster)
    {
        var table = new TextTable("Node", "Address", "HTTP", "Zone", "Version", "Status", "Since", "Link", "Heard", "Lag", "Equal", "Queue", "Problem");
        foreach (ClusterMember member in cluster.Members)
        {
            string link = member.Self ? "self" : member.Connected ? "up" : "down";
            table.Add(
            [
                member.Name, member.PeerAddress, member.HttpAddress, member.Zone, member.Version, member.Status, Time(member.Since), link,
                Time(member.LastContact), .. CopyOf(member), member.Problem ?? "",
            ]);
        }

        table.Write(context.Output);
    }

    private static string[] CopyOf(ClusterMember? member) => member is not { Connected: true } ? ["", "", ""] :
    [
        member.LagMs is { } lag ? string.Create(CultureInfo.InvariantCulture, $"{lag}ms") : "",
        member.DigestEqual is { } isEqual ? isEqual ? "yes" : "no" : "",
        member.Queue?.ToString(CultureInfo.InvariantCulture) ?? "",
    ];

    private static IEnumerable<string> NotesOn(ClusterDocument cluster)
    {
        if (!cluster.Synced)
        {
            yield return $"this server is not ready: {cluster.SyncDetail}";
        }

        if (cluster.Alone)
        {
            yield return "this server sees none of the others and goes on alone";
        }
        else if (!cluster.Majority)
        {
            yield return $"this server sees {cluster.InSight} of {cluster.Known} servers, no majority: it takes over nothing from the others";
        }

        foreach (ClusterAlarmLine alarm in cluster.Alarms)
        {
            yield return $"alarm {alarm.Kind}{(alarm.Peer.Length > 0 ? " " + alarm.Peer : "")}: {alarm.Detail}";
        }
    }

    private static string Time(DateTimeOffset? moment) => moment is { } known ? known.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture) : "";

    private static string Address(JsonElement member)
    {
        string address = Text(member, "Addr");
        return $"{(address.Contains(':', StringComparison.Ordinal) ? $"[{address}]" : address)}:{member.GetProperty("Port").GetRawText()}";
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString() ?? "";
}
