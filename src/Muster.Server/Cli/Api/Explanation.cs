namespace Muster.Server.Cli.Api;

/// <summary>Everything about one instance.</summary>
internal sealed record Explanation
{
    public InstanceView Instance { get; init; } = new();

    public OwnerView? Owner { get; init; }

    /// <summary>What self-preservation keeps the instance from; null when nothing does.</summary>
    public string? Held { get; init; }

    public StalenessView Staleness { get; init; } = new();

    public IReadOnlyList<TimelineEntry> Events { get; init; } = [];
}
