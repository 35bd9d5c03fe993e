namespace Muster.Server.Cli.Api;

/// <summary>How long a dead instance can stay in answers; no total when nothing would ever remove it.</summary>
internal sealed record StalenessView
{
    public double? TotalSeconds { get; init; }

    public IReadOnlyList<StalenessTerm> Terms { get; init; } = [];
}
