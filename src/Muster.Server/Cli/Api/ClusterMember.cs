namespace Muster.Server.Cli.Api;

/// <summary>A server in <see cref="ClusterDocument"/>.</summary>
internal sealed record ClusterMember
{
    public string Name { get; init; } = "";

    public bool Self { get; init; }

    public string Status { get; init; } = "";

    public DateTimeOffset Since { get; init; }

    public string PeerAddress { get; init; } = "";

    public string HttpAddress { get; init; } = "";

    public string Zone { get; init; } = "";

    public string Version { get; init; } = "";

    public bool Connected { get; init; }

    public DateTimeOffset? LastContact { get; init; }

    public string? Problem { get; init; }

    public double? LagMs { get; init; }

    public bool? DigestEqual { get; init; }

    public int? Queue { get; init; }
}
