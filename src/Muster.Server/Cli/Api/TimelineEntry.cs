namespace Muster.Server.Cli.Api;

/// <summary>One thing that happened to a service.</summary>
internal sealed record TimelineEntry
{
    public DateTimeOffset At { get; init; }

    public string Kind { get; init; } = "";

    public string Id { get; init; } = "";

    public string Cause { get; init; } = "";
}
