using System.CommandLine;
using Muster.Server.Cli.Api;
using Muster.Server.Cli.Output;

namespace Muster.Server.Cli.Commands;

/// <summary><c>muster services</c>: all services with the health of their instances. Below it, Consul's two commands of that name.</summary>
internal static class ServicesCommand
{
    public static Command Create(CommandRunner runner)
    {
        var command = new Command("services", "List the services");
        command.SetAction(runner.Action(RunAsync));
        foreach (Command sub in ServiceFileCommands.Create(runner))
        {
            command.Add(sub);
        }

        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, ParseResult arguments, CancellationToken cancellation)
    {
        byte[] json = await context.Client.GetAsync("services", cancellation);
        if (context.Json)
        {
            context.Output.WriteJson(json);
            return ExitCode.Ok;
        }

        var table = new TextTable("NAME", "INSTANCES", "PASSING", "WARNING", "CRITICAL", "TAGS");
        foreach (ServiceSummary service in context.Client.Parse(json, RegistryJson.Default.ServiceList).Services)
        {
            table.Add(
                service.Name, service.Instances.ToString(), service.Passing.ToString(), service.Warning.ToString(),
                service.Critical.ToString(), string.Join(',', service.Tags));
        }

        table.Write(context.Output);
        return ExitCode.Ok;
    }
}
