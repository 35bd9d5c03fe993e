namespace Muster.Server.Cli.Api;

/// <summary>A hold of self-preservation.</summary>
internal sealed record HoldView
{
    public string Scope { get; init; } = "";

    public string Signal { get; init; } = "";

    public string Cause { get; init; } = "";

    public DateTimeOffset Since { get; init; }

    public int Held { get; init; }

    public string Until { get; init; } = "";
}
