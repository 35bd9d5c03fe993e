namespace Muster.Server.Cli.Api;

/// <summary>How long a dead instance can stay in answers; no total when nothing would ever remove it.</summary>
internal sealed record StalenessView
{
    public double? TotalSeconds { get; init; }

    public IReadOnlyList<StalenessTerm> Terms { get; init; } = [];

    /// <summary>On a cluster: what comes on top when the server that owns the instance dies with it; no total when nobody takes it over.</summary>
    public StalenessView? OwnerLoss { get; init; }

    /// <summary>For a service (null for one instance): each instance's own budget. The service's is the longest of them.</summary>
    public IReadOnlyList<InstanceBudget>? Instances { get; init; }
}
