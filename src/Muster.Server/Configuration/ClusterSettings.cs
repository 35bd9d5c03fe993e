using System.Net;

namespace Muster.Server.Configuration;

/// <summary>How this server finds others and what they are to each other.</summary>
internal sealed record ClusterSettings
{
    /// <summary>Whether it is part of a cluster at all; else no port is opened for peers.</summary>
    public required bool Enabled { get; init; }

    /// <summary>What every server of the cluster knows, empty for none.</summary>
    public required string Secret { get; init; }

    /// <summary>Where peers are expected.</summary>
    public required IPAddress PeerAddress { get; init; }

    /// <summary>The port for them; 0 lets the system choose one.</summary>
    public required int PeerPort { get; init; }

    /// <summary>Servers to join at the start, of which one must answer.</summary>
    public required IReadOnlyList<string> StartJoin { get; init; }

    /// <summary>Servers to join, again and again until one answers.</summary>
    public required IReadOnlyList<string> RetryJoin { get; init; }

    /// <summary>The time between two attempts.</summary>
    public required TimeSpan RetryInterval { get; init; }

    /// <summary>The most attempts, 0 for no bound; after them the agent ends.</summary>
    public required int RetryMax { get; init; }

    /// <summary>Whether this one was told to be the first; nothing but the tags of members depends on it.</summary>
    public required bool Bootstrap { get; init; }

    /// <summary>How many servers there are at least, when all is well.</summary>
    public required int ExpectedServers { get; init; }

    /// <summary>Whether a server that left looks for its former cluster when it starts again.</summary>
    public required bool Rejoin { get; init; }

    /// <summary>Whether SIGTERM means to leave.</summary>
    public required bool LeaveOnTerminate { get; init; }

    /// <summary>Whether SIGINT means to leave.</summary>
    public required bool LeaveOnInterrupt { get; init; }

    /// <summary>The certificate authority of the peers; empty for connections in the clear.</summary>
    public required string CaFile { get; init; }

    /// <summary>This server's certificate among peers.</summary>
    public required string CertFile { get; init; }

    /// <summary>Its key.</summary>
    public required string KeyFile { get; init; }

    /// <summary>Whether servers speak TLS with each other.</summary>
    public bool UsesTls => CaFile.Length > 0;

    /// <summary>The time after which the instances of a silent server are adopted.</summary>
    public required TimeSpan OwnerTimeout { get; init; }

    /// <summary>How long deregistrations are remembered.</summary>
    public required TimeSpan TombstoneAge { get; init; }

    /// <summary>How long a server that sees no majority waits before it adopts nevertheless; 0 for ever.</summary>
    public required TimeSpan IsolatedTimeout { get; init; }
}
