namespace Muster.Server.Cli.Api;

/// <summary>An instance that is held.</summary>
internal sealed record HeldView
{
    public string Service { get; init; } = "";

    public string Id { get; init; } = "";

    public string Node { get; init; } = "";

    public string Reason { get; init; } = "";
}
