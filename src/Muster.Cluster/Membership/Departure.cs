namespace Muster.Cluster;

/// <summary>How far a server has gone from the cluster. Of two records of one incarnation the greater counts.</summary>
public enum Departure
{
    /// <summary>It belongs to the cluster.</summary>
    None,

    /// <summary>It is about to leave.</summary>
    Leaving,

    /// <summary>It left.</summary>
    Left,

    /// <summary>An operator said that it left; itself it may know nothing of it, and then says so.</summary>
    Forced,

    /// <summary>An operator had it forgotten.</summary>
    Pruned,
}
