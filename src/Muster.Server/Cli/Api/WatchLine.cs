namespace Muster.Server.Cli.Api;

/// <summary>One line of a watch.</summary>
internal sealed record WatchLine
{
    public string Type { get; init; } = "";

    public IReadOnlyList<InstanceView> Instances { get; init; } = [];

    public InstanceView? Instance { get; init; }

    public string Id { get; init; } = "";

    public string Cause { get; init; } = "";

    public string Reason { get; init; } = "";
}
