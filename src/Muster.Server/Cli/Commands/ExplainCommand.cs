using System.CommandLine;
using System.Text;
using Muster.Server.Cli.Api;
using Muster.Server.Cli.Output;

namespace Muster.Server.Cli.Commands;

/// <summary>
/// <c>muster explain NAME[/ID]</c>: why each instance is in or out of answers, what happened and why, and how long a
/// dead instance can stay in answers, term by term.
/// </summary>
internal static class ExplainCommand
{
    public static Command Create(CommandRunner runner)
    {
        var command = new Command("explain", "Say why instances are in or out of answers, what happened, and how stale an answer can be");
        var target = new Argument<string>("name[/id]") { Description = "The service, or one instance of it" };
        command.Arguments.Add(target);
        command.SetAction(runner.Action((context, arguments, cancellation) =>
        {
            string text = arguments.GetValue(target)!;
            int slash = text.IndexOf('/', StringComparison.Ordinal);
            return slash < 0
                ? ExplainServiceAsync(context, text, cancellation)
                : ExplainInstanceAsync(context, text[..slash], text[(slash + 1)..], cancellation);
        }));
        return command;
    }

    private static async Task<int> ExplainInstanceAsync(CommandContext context, string name, string id, CancellationToken cancellation)
    {
        string service = "services/" + Uri.EscapeDataString(name);
        if (await GetOrNullAsync(context, $"{service}/instances/{Uri.EscapeDataString(id)}", cancellation) is not { } json)
        {
            return await ExplainDepartedAsync(context, service, name, id, cancellation);
        }

        if (context.Json)
        {
            context.Output.WriteJson(json);
            return ExitCode.Ok;
        }

        Explanation explanation = context.Client.Parse(json, RegistryJson.Default.Explanation);
        WriteInstances(context.Output, [explanation.Instance]);
        WriteOwner(context.Output, explanation);
        if (explanation.Held is { } held)
        {
            context.Output.Out.WriteLine();
            context.Output.Out.WriteLine($"HELD by self-preservation: {held}");
        }

        WriteChecks(context.Output, explanation.Instance);
        WriteEvents(context.Output, explanation.Events);
        WriteStaleness(context.Output, explanation.Staleness);
        return ExitCode.Ok;
    }

    /// <summary>Why an instance is out that is not registered any more: what the service's timeline remembers of it.</summary>
    private static async Task<int> ExplainDepartedAsync(
        CommandContext context, string service, string name, string id, CancellationToken cancellation)
    {
        byte[]? timeline = await GetOrNullAsync(context, service + "/timeline", cancellation);
        TimelineEntry[] events = timeline is null
            ? []
            : [.. context.Client.Parse(timeline, RegistryJson.Default.TimelineView).Events.Where(entry => entry.Id == id)];
        if (events.Length > 0 && !context.Json)
        {
            context.Output.Out.WriteLine($"{name}/{id}: OUT, because it is not registered any more");
            WriteEvents(context.Output, events);
            return ExitCode.NotFound;
        }

        throw new CommandFailedException(ExitCode.NotFound, $"no instance \"{id}\" of \"{name}\" is registered");
    }

    private static async Task<int> ExplainServiceAsync(CommandContext context, string name, CancellationToken cancellation)
    {
        // the timeline first: a service without instances still has one, one never heard of has not
        string path = "services/" + Uri.EscapeDataString(name);
        byte[] timeline = await context.Client.GetAsync(path + "/timeline", cancellation);
        byte[]? service = await GetOrNullAsync(context, path, cancellation);
        byte[]? staleness = service is null ? null : await GetOrNullAsync(context, path + "/staleness", cancellation);
        if (context.Json)
        {
            context.Output.Out.WriteLine($$"""{"service":{{TextOf(service)}},"staleness":{{TextOf(staleness)}},"timeline":{{TextOf(timeline)}}}""");
            return ExitCode.Ok;
        }

        IReadOnlyList<InstanceView> instances = service is null ? [] : context.Client.Parse(service, RegistryJson.Default.InstanceList).Instances;
        context.Output.Out.WriteLine($"{name}: {instances.Count} {(instances.Count == 1 ? "instance" : "instances")}, {instances.Count(instance => instance.Usable)} in answers");
        if (instances.Count > 0)
        {
            context.Output.Out.WriteLine();
            WriteInstances(context.Output, instances);
        }

        WriteEvents(context.Output, context.Client.Parse(timeline, RegistryJson.Default.TimelineView).Events);
        if (staleness is not null)
        {
            WriteStaleness(context.Output, context.Client.Parse(staleness, RegistryJson.Default.StalenessView));
        }

        return ExitCode.Ok;
    }

    private static async Task<byte[]?> GetOrNullAsync(CommandContext context, string path, CancellationToken cancellation)
    {
        try
        {
            return await context.Client.GetAsync(path, cancellation);
        }
        catch (CommandFailedException refused) when (refused.ExitCode == ExitCode.NotFound)
        {
            return null;
        }
    }

    private static string TextOf(byte[]? json) => json is null ? "null" : Encoding.UTF8.GetString(json);

    private static void WriteInstances(CommandOutput output, IReadOnlyList<InstanceView> instances)
    {
        var table = new TextTable("ANSWERS", "ID", "ADDRESS", "HEALTH", "WHY");
        foreach (InstanceView instance in instances)
        {
            table.Add(instance.Usable ? "IN" : "OUT", instance.Id, instance.EndPoint, instance.Health, string.Join("; ", instance.Reasons));
        }

        table.Write(output);
    }

    private static void WriteOwner(CommandOutput output, Explanation explanation)
    {
        if (explanation.Owner is { } owner)
        {
            output.Out.WriteLine();
            output.Out.WriteLine(
                $"On node {explanation.Instance.Node}; server {owner.Server ?? "(unknown)"}{(owner.Here ? ", this one," : "")} is responsible for it"
                + (owner.Adopted ? ", which took it over" : ""));
        }
    }

    private static void WriteChecks(CommandOutput output, InstanceView instance)
    {
        output.Out.WriteLine();
        var table = new TextTable("CHECK", "KIND", "HEALTH", "OUTPUT");
        foreach (CheckView check in instance.Checks)
        {
            table.Add(check.Id, check.Kind, check.Stale ? check.Health + " (stale)" : check.Health, check.Output.Trim());
        }

        table.Write(output);
    }

    private static void WriteEvents(CommandOutput output, IReadOnlyList<TimelineEntry> events)
    {
        output.Out.WriteLine();
        output.Out.WriteLine("What happened, oldest first:");
        var table = new TextTable("TIME", "EVENT", "ID", "CAUSE");
        foreach (TimelineEntry entry in events)
        {
            table.Add(entry.At.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss.fff"), entry.Kind, entry.Id, entry.Cause);
        }

        table.Write(output);
    }

    private static void WriteStaleness(CommandOutput output, StalenessView staleness)
    {
        output.Out.WriteLine();
        InstanceBudget? slowest = staleness.Instances?.MaxBy(instance => instance.TotalSeconds ?? double.PositiveInfinity);
        string which = slowest is null || staleness.Instances?.Count == 1 ? "" : $" ({slowest.Id} takes longest)";
        output.Out.WriteLine(staleness.TotalSeconds is { } total
            ? $"An instance that dies without a word leaves answers within {Seconds(total)} s{which}:"
            : $"An instance that dies without a word stays in answers until somebody deregisters it{which}:");
        WriteTerms(output, staleness.Terms);
        if (staleness.OwnerLoss is { } loss)
        {
            output.Out.WriteLine();
            output.Out.WriteLine(loss.TotalSeconds is { } more
                ? $"If the server that owns it dies at the same time, within {Seconds(more)} s more:"
                : "If the server that owns it dies at the same time, it stays until that server is back or somebody deregisters it:");
            WriteTerms(output, loss.Terms);
        }
    }

    private static void WriteTerms(CommandOutput output, IReadOnlyList<StalenessTerm> terms)
    {
        var table = new TextTable("SECONDS", "TERM", "MEANING");
        foreach (StalenessTerm term in terms)
        {
            table.Add(term.Seconds is { } seconds ? Seconds(seconds) : "", term.Name, term.Meaning);
        }

        table.Write(output);
    }

    private static string Seconds(double seconds) => seconds.ToString("0.###");
}
