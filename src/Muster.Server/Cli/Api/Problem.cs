namespace Muster.Server.Cli.Api;

/// <summary>An error as the server describes it (RFC 9457).</summary>
internal sealed record Problem
{
    public string Title { get; init; } = "";

    public string Detail { get; init; } = "";
}
