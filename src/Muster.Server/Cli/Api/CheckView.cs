namespace Muster.Server.Cli.Api;

/// <summary>A check as the server shows it.</summary>
internal sealed record CheckView
{
    public string Id { get; init; } = "";

    public string Name { get; init; } = "";

    public string Kind { get; init; } = "";

    public string Health { get; init; } = "";

    public string Output { get; init; } = "";

    /// <summary>The result is the last that was known, and nobody can make the check now.</summary>
    public bool Stale { get; init; }
}
