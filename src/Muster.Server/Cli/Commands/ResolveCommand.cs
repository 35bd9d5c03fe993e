using System.CommandLine;
using Muster.Server.Cli.Api;

namespace Muster.Server.Cli.Commands;

/// <summary><c>muster resolve NAME</c>: where to send a request, one address a line, in random order.</summary>
internal static class ResolveCommand
{
    public static Command Create(CommandRunner runner)
    {
        var command = new Command("resolve", "Print the addresses of the instances fit for traffic, one HOST:PORT a line, in random order");
        ServiceSelection selection = new ServiceSelection().AddTo(command);
        var all = new Option<bool>("--all") { Description = "Also those that are not fit for traffic" };
        var passing = new Option<bool>("--passing") { Description = "Not those with a warning either" };
        command.Options.Add(all);
        command.Options.Add(passing);
        command.SetAction(runner.Action((context, arguments, cancellation) =>
        {
            string health = arguments.GetValue(all) ? "any" : arguments.GetValue(passing) ? "passing" : "usable";
            return RunAsync(context, selection.NameOf(arguments), selection.PathOf(arguments, "services", health), cancellation);
        }));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, string name, string path, CancellationToken cancellation)
    {
        byte[] json = await context.Client.GetAsync(path, cancellation);
        InstanceView[] instances = [.. context.Client.Parse(json, RegistryJson.Default.InstanceList).Instances];
        if (context.Json)
        {
            context.Output.WriteJson(json);
        }
        else
        {
            // the first line is what a script takes: every caller must not take the same instance
            Random.Shared.Shuffle(instances);
            foreach (InstanceView instance in instances)
            {
                context.Output.Out.WriteLine(instance.EndPoint);
            }
        }

        if (instances.Length > 0)
        {
            return ExitCode.Ok;
        }

        context.Output.Error.WriteLine($"muster: no instance of \"{name}\" is fit for traffic; see \"muster explain {name}\"");
        return ExitCode.NotFound;
    }
}
