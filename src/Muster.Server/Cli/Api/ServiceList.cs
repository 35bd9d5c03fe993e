namespace Muster.Server.Cli.Api;

/// <summary>The list of services.</summary>
internal sealed record ServiceList
{
    public string ServedBy { get; init; } = "";

    public IReadOnlyList<ServiceSummary> Services { get; init; } = [];
}
