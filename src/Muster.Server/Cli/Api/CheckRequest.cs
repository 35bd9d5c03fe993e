namespace Muster.Server.Cli.Api;

/// <summary>A check to register with an instance. Members that are null are not sent, so the server's defaults apply.</summary>
internal sealed record CheckRequest
{
    public string? Name { get; init; }

    public string? Http { get; init; }

    public string? Tcp { get; init; }

    public string? Udp { get; init; }

    public string? Grpc { get; init; }

    public double? IntervalSeconds { get; init; }

    public double? TimeoutSeconds { get; init; }

    public int? FailuresBeforeCritical { get; init; }

    public double? DeregisterAfterSeconds { get; init; }
}
