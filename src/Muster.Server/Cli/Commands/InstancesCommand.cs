using System.CommandLine;
using Muster.Server.Cli.Api;
using Muster.Server.Cli.Output;

namespace Muster.Server.Cli.Commands;

/// <summary><c>muster instances NAME</c>: the instances of a service.</summary>
internal static class InstancesCommand
{
    public static Command Create(CommandRunner runner)
    {
        var command = new Command("instances", "List the instances of a service");
        ServiceSelection selection = new ServiceSelection().AddTo(command);
        var health = new Option<string>("--health") { Description = "Which ones: any, usable (passing and warning) or passing", DefaultValueFactory = _ => "any" };
        health.AcceptOnlyFromAmong("any", "usable", "passing");
        command.Options.Add(health);
        command.SetAction(runner.Action((context, arguments, cancellation) =>
            RunAsync(context, selection.PathOf(arguments, "services", arguments.GetValue(health)!), cancellation)));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, string path, CancellationToken cancellation)
    {
        byte[] json = await context.Client.GetAsync(path, cancellation);
        if (context.Json)
        {
            context.Output.WriteJson(json);
            return ExitCode.Ok;
        }

        var table = new TextTable("ID", "ADDRESS", "HEALTH", "NODE", "TAGS", "REASON");
        foreach (InstanceView instance in context.Client.Parse(json, RegistryJson.Default.InstanceList).Instances)
        {
            table.Add(
                instance.Id, instance.EndPoint, instance.Health, instance.Node,
                string.Join(',', instance.Tags), string.Join("; ", instance.Reasons));
        }

        table.Write(context.Output);
        return ExitCode.Ok;
    }
}
