namespace Muster.Server.Cli.Api;

/// <summary>An instance to register. Members that are null are not sent, so the server's defaults apply.</summary>
internal sealed record RegisterRequest
{
    public required string Service { get; init; }

    public string? Id { get; init; }

    public string? Node { get; init; }

    public string? Address { get; init; }

    public int? Port { get; init; }

    public IReadOnlyDictionary<string, int>? Ports { get; init; }

    public IReadOnlyList<string>? Tags { get; init; }

    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    public string? Region { get; init; }

    public string? Zone { get; init; }

    public double? LeaseSeconds { get; init; }

    public IReadOnlyList<CheckRequest>? Checks { get; init; }
}
