namespace Muster.Server.Cli.Api;

/// <summary>The servers, as one of them sees them.</summary>
internal sealed record ClusterDocument
{
    public bool Enabled { get; init; }

    public bool Synced { get; init; }

    public string SyncDetail { get; init; } = "";

    public bool Alone { get; init; }

    public bool Majority { get; init; }

    public int InSight { get; init; }

    public int Known { get; init; }

    public IReadOnlyList<ClusterMember> Members { get; init; } = [];

    public IReadOnlyList<ClusterAlarmLine> Alarms { get; init; } = [];
}
