namespace Muster.Server.Cli.Api;

/// <summary>What self-preservation counted in one scope.</summary>
internal sealed record ScopeView
{
    public string Scope { get; init; } = "";

    public string Signal { get; init; } = "";

    public int Expected { get; init; }

    public int Missed { get; init; }

    public double MissedPercent { get; init; }
}
