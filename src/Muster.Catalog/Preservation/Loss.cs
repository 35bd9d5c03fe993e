namespace Muster.Catalog;

/// <summary>A lease that expired, a TTL check that turned critical, or a probe that did, within the window.</summary>
/// <param name="Signal">Which of them.</param>
/// <param name="Lease">The lease: when it runs again, nothing is lost.</param>
/// <param name="Service">The instance's service, null for a node's own check.</param>
/// <param name="Node">The node.</param>
/// <param name="Instance">The instance as it was lost, null for a node's own check.</param>
/// <param name="LastHeard">The tick at which it was last heard of.</param>
/// <param name="At">The tick at which it was lost.</param>
internal readonly record struct Loss(
    PreservationSignal Signal, WheelEntry Lease, ServiceEntry? Service, NodeEntry Node, Instance? Instance, long LastHeard, long At)
{
    /// <summary>Whether it is still lost.</summary>
    internal bool Lasts
    {
        get
        {
            if (Signal == PreservationSignal.Heartbeats || Lease is not CheckLease { Owner: { } owner } own)
            {
                return !Lease.IsLease;
            }

            foreach (Check check in owner is Instance instance ? instance.Checks : ((NodeEntry)owner).Current.Checks)
            {
                if (ReferenceEquals(check.Lease, own))
                {
                    return check.Status == Model.HealthStatus.Critical;
                }
            }

            return false;
        }
    }
}
