namespace Muster.Server.Cli.Api;

/// <summary>What happened to a service, oldest first.</summary>
internal sealed record TimelineView
{
    public IReadOnlyList<TimelineEntry> Events { get; init; } = [];
}
