namespace Muster.Server.Cli.Api;

/// <summary>The state of self-preservation as the server shows it.</summary>
internal sealed record PreservationReport
{
    public string ServedBy { get; init; } = "";

    public bool Enabled { get; init; }

    public int ThresholdPercent { get; init; }

    public int MinExpected { get; init; }

    public IReadOnlyList<HoldView> Holds { get; init; } = [];

    public IReadOnlyList<ScopeView> Scopes { get; init; } = [];

    public IReadOnlyList<HeldView> Instances { get; init; } = [];

    public IReadOnlyList<HoldEventView> Events { get; init; } = [];
}
