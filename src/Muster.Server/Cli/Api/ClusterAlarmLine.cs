namespace Muster.Server.Cli.Api;

/// <summary>An alarm in <see cref="ClusterDocument"/>.</summary>
internal sealed record ClusterAlarmLine
{
    public string Kind { get; init; } = "";

    public string Peer { get; init; } = "";

    public string Detail { get; init; } = "";
}
