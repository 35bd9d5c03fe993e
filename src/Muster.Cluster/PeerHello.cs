namespace Muster.Cluster;

/// <summary>What a server says about itself when a link begins.</summary>
public sealed record PeerHello
{
    /// <summary>The server as it appears in versions and tenures.</summary>
    public required uint Origin { get; init; }

    /// <summary>The UUID of the server's node.</summary>
    public required string NodeId { get; init; }

    /// <summary>The name of the server's node.</summary>
    public required string Name { get; init; }

    /// <summary>The datacenter; others are refused.</summary>
    public required string Datacenter { get; init; }

    /// <summary>Where peers reach it: <c>address:port</c>.</summary>
    public required string PeerAddress { get; init; }

    /// <summary>Where HTTP clients reach it, empty for nowhere.</summary>
    public string HttpAddress { get; init; } = "";

    /// <summary>Its zone, empty for none.</summary>
    public string Zone { get; init; } = "";

    /// <summary>The oldest protocol it speaks.</summary>
    public int MinProtocol { get; init; } = 1;

    /// <summary>The newest protocol it speaks.</summary>
    public int MaxProtocol { get; init; } = 1;

    /// <summary>The version of its software.</summary>
    public string Version { get; init; } = "";

    /// <summary>Its wall clock, in microseconds since 1970.</summary>
    public required long Clock { get; init; }

    /// <summary>Differs from boot to boot, and grows.</summary>
    public required long Boot { get; init; }
}
