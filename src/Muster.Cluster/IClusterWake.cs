namespace Muster.Cluster;

/// <summary>Hears that there is something to send at once.</summary>
public interface IClusterWake
{
    /// <summary>
    /// <see cref="ClusterNode.Tick"/> should be called soon. May come from any thread and under the catalog's lock: must be
    /// quick, must not throw and must call neither the catalog nor the cluster.
    /// </summary>
    void Wake();
}
