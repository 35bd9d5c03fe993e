using Muster.Server.Cli.Api;
using Muster.Server.Cli.Output;

namespace Muster.Server.Demo;

/// <summary>What the registry sees at one moment.</summary>
/// <param name="Instances">The instances of all example services.</param>
/// <param name="Events">The last things that happened to them, oldest first.</param>
internal sealed record DemoView(IReadOnlyList<InstanceView> Instances, IReadOnlyList<TimelineEntry> Events)
{
    private const int ShownEvents = 5;
    private const int LongestCause = 70;

    /// <summary>Asks the server.</summary>
    public static async Task<DemoView> ReadAsync(RegistryClient client, IEnumerable<string> services, CancellationToken cancellation)
    {
        var instances = new List<InstanceView>();
        var events = new List<TimelineEntry>();
        foreach (string service in services)
        {
            try
            {
                byte[] timeline = await client.GetAsync($"services/{service}/timeline", cancellation);
                events.AddRange(client.Parse(timeline, RegistryJson.Default.TimelineView).Events);
                byte[] list = await client.GetAsync($"services/{service}", cancellation);
                instances.AddRange(client.Parse(list, RegistryJson.Default.InstanceList).Instances);
            }
            catch (Cli.CommandFailedException refused) when (refused.ExitCode == Cli.ExitCode.NotFound)
            {
                // not registered yet, or gone already
            }
        }

        return new DemoView(instances, [.. events.OrderBy(entry => entry.At)]);
    }

    /// <summary>The instances as a table.</summary>
    public TextTable InstanceTable()
    {
        var table = new TextTable("SERVICE", "INSTANCE", "ADDRESS", "PID", "HEALTH", "WHY");
        foreach (InstanceView instance in Instances)
        {
            table.Add(instance.Service, instance.Id, instance.EndPoint, PidOf(instance), instance.Health, string.Join("; ", instance.Reasons));
        }

        return table;
    }

    /// <summary>The last events as a table, each on one line.</summary>
    public TextTable EventTable()
    {
        var table = new TextTable("TIME", "EVENT", "INSTANCE", "CAUSE");
        foreach (TimelineEntry entry in Events.TakeLast(ShownEvents))
        {
            table.Add(entry.At.ToLocalTime().ToString("HH:mm:ss.fff"), entry.Kind, entry.Id, Shortened(entry.Cause));
        }

        return table;
    }

    /// <summary>The process id that an example service put into its metadata.</summary>
    public static string PidOf(InstanceView instance) => instance.Metadata.TryGetValue("pid", out string? pid) ? pid : "";

    private static string Shortened(string text) => text.Length <= LongestCause ? text : text[..LongestCause] + "...";
}
