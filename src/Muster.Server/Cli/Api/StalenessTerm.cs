namespace Muster.Server.Cli.Api;

/// <summary>One part of a staleness budget.</summary>
internal sealed record StalenessTerm
{
    public string Name { get; init; } = "";

    public double? Seconds { get; init; }

    public string Meaning { get; init; } = "";
}
