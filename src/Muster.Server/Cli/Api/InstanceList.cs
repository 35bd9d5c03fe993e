namespace Muster.Server.Cli.Api;

/// <summary>The instances of a service.</summary>
internal sealed record InstanceList
{
    public string Service { get; init; } = "";

    public IReadOnlyList<InstanceView> Instances { get; init; } = [];
}
