using System.CommandLine;
using System.Text.Json;
using Muster.Server.Cli.Output;

namespace Muster.Server.Cli.Commands;

/// <summary><c>muster catalog services|nodes|datacenters</c>: plain lists, as Consul's command of that name prints them.</summary>
internal static class CatalogCommand
{
    public static Command Create(CommandRunner runner) => new("catalog", "List what is in the catalog, as Consul's command does")
    {
        List(runner, "services", "Names of the services, a line each", document => document.EnumerateObject().Select(service => service.Name)),
        List(runner, "datacenters", "Names of the datacenters, a line each", document => document.EnumerateArray().Select(name => name.GetString()!)),
        Nodes(runner),
    };

    private static Command List(CommandRunner runner, string name, string description, Func<JsonElement, IEnumerable<string>> lines)
    {
        var command = new Command(name, description);
        command.SetAction(runner.Action((context, _, cancellation) => WriteAsync(context, name, document =>
        {
            foreach (string line in lines(document))
            {
                context.Output.Out.WriteLine(line);
            }
        }, cancellation)));
        return command;
    }

    private static Command Nodes(CommandRunner runner)
    {
        var command = new Command("nodes", "Nodes with their addresses");
        command.SetAction(runner.Action((context, _, cancellation) => WriteAsync(context, "nodes", document =>
        {
            var table = new TextTable("Node", "ID", "Address", "DC");
            foreach (JsonElement node in document.EnumerateArray())
            {
                string id = node.GetProperty("ID").GetString()!;
                table.Add(node.GetProperty("Node").GetString()!, id[..Math.Min(8, id.Length)], node.GetProperty("Address").GetString()!, node.GetProperty("Datacenter").GetString()!);
            }

            table.Write(context.Output);
        }, cancellation)));
        return command;
    }

    private static async Task<int> WriteAsync(CommandContext context, string list, Action<JsonElement> write, CancellationToken cancellation)
    {
        byte[] json = await context.Client.CallConsulAsync(HttpMethod.Get, "catalog/" + list, null, cancellation);
        if (context.Json)
        {
            context.Output.WriteJson(json);
            return ExitCode.Ok;
        }

        using JsonDocument document = JsonDocument.Parse(json);
        write(document.RootElement);
        return ExitCode.Ok;
    }
}
