namespace Muster.Server.Cli.Api;

/// <summary>A beginning or an end of a hold.</summary>
internal sealed record HoldEventView
{
    public DateTimeOffset At { get; init; }

    public string Kind { get; init; } = "";

    public string Scope { get; init; } = "";

    public string Signal { get; init; } = "";

    public string Cause { get; init; } = "";
}
