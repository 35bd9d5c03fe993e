namespace Muster.Server.Cli.Api;

/// <summary>The answer to the end of holds.</summary>
internal sealed record PreservationEnd
{
    public int Ended { get; init; }
}
