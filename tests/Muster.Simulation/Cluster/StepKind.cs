namespace Muster.Simulation.Cluster;

/// <summary>What a server was doing when it changed something.</summary>
internal enum StepKind
{
    /// <summary>Starting: announcing itself.</summary>
    Start,

    /// <summary>A tick of the catalog: expiry.</summary>
    CatalogTick,

    /// <summary>A tick of the cluster: adoption, taking back, tidying up after a move.</summary>
    ClusterTick,

    /// <summary>A message or a connection of a peer.</summary>
    Message,

    /// <summary>A client's call, which may register or remove what it is about.</summary>
    Command,

    /// <summary>A client's heartbeat, which may not.</summary>
    Heartbeat,
}
