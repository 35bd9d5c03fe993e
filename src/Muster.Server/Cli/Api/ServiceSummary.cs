namespace Muster.Server.Cli.Api;

/// <summary>A service in the list of services.</summary>
internal sealed record ServiceSummary
{
    public string Name { get; init; } = "";

    public int Instances { get; init; }

    public int Passing { get; init; }

    public int Warning { get; init; }

    public int Critical { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];
}
