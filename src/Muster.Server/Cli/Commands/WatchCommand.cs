using System.CommandLine;
using System.Text;
using Muster.Server.Cli.Api;
using Muster.Server.Cli.Output;

namespace Muster.Server.Cli.Commands;

/// <summary><c>muster watch NAME</c>: a line for each instance now, then one for each change, until interrupted.</summary>
internal static class WatchCommand
{
    private const string Layout = "{0,-12}  {1,-8}  {2,-24}  {3,-21}  {4,-8}  {5}";

    public static Command Create(CommandRunner runner)
    {
        var command = new Command("watch", "Follow a service: its instances now, then every change, until interrupted");
        ServiceSelection selection = new ServiceSelection().AddTo(command);
        command.SetAction(runner.Action((context, arguments, cancellation) =>
            RunAsync(context, selection.PathOf(arguments, "watch", "any"), cancellation)));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, string path, CancellationToken cancellation)
    {
        TextWriter output = context.Output.Out;
        if (!context.Json)
        {
            output.WriteLine(Layout, "TIME", "EVENT", "ID", "ADDRESS", "HEALTH", "REASON");
        }

        string reason = "";
        try
        {
            await context.Client.ReadLinesAsync(path, line => reason = Show(context, line) ?? reason, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return ExitCode.Ok;
        }

        throw new CommandFailedException(ExitCode.Unreachable, reason.Length == 0 ? "the server ended the watch" : $"the server ended the watch: {reason}");
    }

    /// <summary>Shows a line; if it is the last, returns why.</summary>
    private static string? Show(CommandContext context, string text)
    {
        WatchLine line = context.Client.Parse(Encoding.UTF8.GetBytes(text), RegistryJson.Default.WatchLine);
        if (context.Json)
        {
            context.Output.Out.WriteLine(text);
        }
        else
        {
            ShowLine(context.Output, line);
        }

        // whoever reads through a pipe reads live
        context.Output.Out.Flush();
        return line.Type == "bye" ? line.Reason : null;
    }

    private static void ShowLine(CommandOutput output, WatchLine line)
    {
        switch (line.Type)
        {
            case "snapshot":
                foreach (InstanceView instance in line.Instances)
                {
                    ShowInstance(output, "now", instance);
                }

                break;
            case "changed" when line.Instance is { } instance:
                ShowInstance(output, "changed", instance);
                break;
            case "removed":
                Write(output, "removed", line.Id, "-", "-", line.Cause);
                break;
        }
    }

    private static void ShowInstance(CommandOutput output, string kind, InstanceView instance) =>
        Write(output, kind, instance.Id, instance.EndPoint, instance.Health, string.Join("; ", instance.Reasons));

    private static void Write(CommandOutput output, string kind, string id, string address, string health, string reason) =>
        output.Out.WriteLine(Layout, TimeProvider.System.GetLocalNow().ToString("HH:mm:ss.fff"), kind, id, address, health, reason.Trim().ReplaceLineEndings(" "));
}
