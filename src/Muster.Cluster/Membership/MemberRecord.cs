namespace Muster.Cluster;

/// <summary>
/// What servers tell each other about a server. Of two records of one server the one with the greater incarnation counts,
/// then the one that is further gone.
/// </summary>
public sealed record MemberRecord
{
    /// <summary>The server as it appears in versions and tenures.</summary>
    public required uint Origin { get; init; }

    /// <summary>The UUID of the server's node.</summary>
    public required string NodeId { get; init; }

    /// <summary>The name of the server's node.</summary>
    public required string Name { get; init; }

    /// <summary>Where peers reach it: <c>address:port</c>.</summary>
    public required string PeerAddress { get; init; }

    /// <summary>Where HTTP clients reach it, empty for nowhere.</summary>
    public string HttpAddress { get; init; } = "";

    /// <summary>Its zone, empty for none.</summary>
    public string Zone { get; init; } = "";

    /// <summary>The version of its software.</summary>
    public string Version { get; init; } = "";

    /// <summary>The oldest protocol it speaks.</summary>
    public int MinProtocol { get; init; } = 1;

    /// <summary>The newest protocol it speaks.</summary>
    public int MaxProtocol { get; init; } = 1;

    /// <summary>Grows with each boot, and whenever the server has to say that it is still here.</summary>
    public required long Incarnation { get; init; }

    /// <summary>How far it has gone.</summary>
    public Departure Departure { get; init; }
}
