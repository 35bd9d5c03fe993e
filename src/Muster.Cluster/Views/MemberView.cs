namespace Muster.Cluster;

/// <summary>A member as this server sees it.</summary>
public sealed record MemberView
{
    /// <summary>What it said about itself.</summary>
    public required MemberRecord Record { get; init; }

    /// <summary>True for the server that answers.</summary>
    public required bool IsSelf { get; init; }

    /// <summary>How it fares.</summary>
    public required MemberStatus Status { get; init; }

    /// <summary>Since when.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>When it was last heard, here or by a peer; null for never.</summary>
    public DateTimeOffset? LastContact { get; init; }

    /// <summary>Why there is no link to it, empty when there is one or nothing is known.</summary>
    public string Problem { get; init; } = "";

    /// <summary>The link to it, null for none.</summary>
    public PeerView? Peer { get; init; }
}
