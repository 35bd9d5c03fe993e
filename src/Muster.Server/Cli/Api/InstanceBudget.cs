namespace Muster.Server.Cli.Api;

/// <summary>One instance's share of a <see cref="StalenessView"/>.</summary>
internal sealed record InstanceBudget
{
    public string Id { get; init; } = "";

    public double? TotalSeconds { get; init; }
}
