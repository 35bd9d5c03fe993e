using System.CommandLine;
using Muster.Server.Cli.Api;
using Muster.Server.Cli.Output;

namespace Muster.Server.Cli.Commands;

/// <summary><c>muster preservation</c>: what self-preservation holds, why and until what; <c>muster preservation end</c> ends it.</summary>
internal static class PreservationCommand
{
    private const int MostInstances = 20;

    public static Command Create(CommandRunner runner)
    {
        var command = new Command("preservation", "Show what self-preservation holds, since when, why, and until what");
        command.SetAction(runner.Action(ShowAsync));
        var end = new Command("end", "End holds: what is still silent then expires");
        var scope = new Option<string?>("--scope") { Description = "The scope of the hold, such as all or zone:a; default: every one" };
        end.Options.Add(scope);
        end.SetAction(runner.Action((context, arguments, cancellation) => EndAsync(context, arguments.GetValue(scope), cancellation)));
        command.Add(end);
        return command;
    }

    private static async Task<int> ShowAsync(CommandContext context, ParseResult arguments, CancellationToken cancellation)
    {
        byte[] json = await context.Client.GetAsync("preservation", cancellation);
        if (context.Json)
        {
            context.Output.WriteJson(json);
            return ExitCode.Ok;
        }

        PreservationReport report = context.Client.Parse(json, RegistryJson.Default.PreservationReport);
        context.Output.Out.WriteLine(
            !report.Enabled ? $"{report.ServedBy}: self-preservation is switched off"
            : report.Holds.Count == 0 ? $"{report.ServedBy}: nothing is held; a hold begins when more than {report.ThresholdPercent} % of at least {report.MinExpected} are missing"
            : $"{report.ServedBy}: HOLDING");
        foreach (HoldView hold in report.Holds)
        {
            context.Output.Out.WriteLine();
            context.Output.Out.WriteLine($"{hold.Scope} ({hold.Signal}), since {hold.Since.ToLocalTime():yyyy-MM-dd HH:mm:ss}: {hold.Cause}");
            context.Output.Out.WriteLine($"  held:  {hold.Held}");
            context.Output.Out.WriteLine($"  until: {hold.Until}");
        }

        WriteScopes(context.Output, report.Scopes);
        WriteInstances(context.Output, report.Instances);
        WriteEvents(context.Output, report.Events);
        return ExitCode.Ok;
    }

    private static async Task<int> EndAsync(CommandContext context, string? scope, CancellationToken cancellation)
    {
        string query = scope is null ? "" : $"?scope={Uri.EscapeDataString(scope)}";
        byte[] json = await context.Client.SendAsync(HttpMethod.Put, "preservation/end" + query, null, cancellation);
        if (context.Json)
        {
            context.Output.WriteJson(json);
            return ExitCode.Ok;
        }

        int ended = context.Client.Parse(json, RegistryJson.Default.PreservationEnd).Ended;
        context.Output.Out.WriteLine(ended == 0 ? "nothing was held" : $"ended {ended} {(ended == 1 ? "hold" : "holds")}: what is still silent expires now");
        return ExitCode.Ok;
    }

    private static void WriteScopes(CommandOutput output, IReadOnlyList<ScopeView> scopes)
    {
        if (scopes.Count == 0)
        {
            return;
        }

        output.Out.WriteLine();
        var table = new TextTable("SCOPE", "SIGNAL", "EXPECTED", "MISSED", "PERCENT");
        foreach (ScopeView scope in scopes)
        {
            table.Add(scope.Scope, scope.Signal, scope.Expected.ToString(), scope.Missed.ToString(), scope.MissedPercent.ToString("0.#"));
        }

        table.Write(output);
    }

    private static void WriteInstances(CommandOutput output, IReadOnlyList<HeldView> instances)
    {
        if (instances.Count == 0)
        {
            return;
        }

        output.Out.WriteLine();
        var table = new TextTable("SERVICE", "ID", "NODE", "WHY IT IS HELD");
        foreach (HeldView held in instances.Take(MostInstances))
        {
            table.Add(held.Service, held.Id, held.Node, held.Reason);
        }

        table.Write(output);
        if (instances.Count > MostInstances)
        {
            output.Out.WriteLine($"... and {instances.Count - MostInstances} more; --json shows up to 1000");
        }
    }

    private static void WriteEvents(CommandOutput output, IReadOnlyList<HoldEventView> events)
    {
        if (events.Count == 0)
        {
            return;
        }

        output.Out.WriteLine();
        var table = new TextTable("TIME", "EVENT", "SCOPE", "SIGNAL", "CAUSE");
        foreach (HoldEventView each in events)
        {
            table.Add(each.At.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss"), each.Kind, each.Scope, each.Signal, each.Cause);
        }

        table.Write(output);
    }
}
