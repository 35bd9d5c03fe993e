namespace Muster.Cluster;

/// <summary>The cluster as the interfaces show it and operators change it. Thread-safe.</summary>
public interface ICluster
{
    /// <summary>False for a server that is not part of a cluster: then it is its only member, and nobody can be joined.</summary>
    bool IsEnabled { get; }

    /// <summary>The members and how they fare.</summary>
    ClusterView View { get; }

    /// <summary>Joins a server and those it knows. Null when that worked, or why not.</summary>
    Task<string?> JoinAsync(string target);

    /// <summary>Says of a failed member that it left; false when there is no such member.</summary>
    /// <param name="name">The name of its node.</param>
    /// <param name="prune">Whether it is to be forgotten altogether.</param>
    Task<bool> ForceLeaveAsync(string name, bool prune);
}
