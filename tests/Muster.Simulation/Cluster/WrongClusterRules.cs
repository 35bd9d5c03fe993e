using Muster.Cluster;

namespace Muster.Simulation.Cluster;

/// <summary>The cluster's rules, with a bug in one of them.</summary>
internal sealed class WrongClusterRules(ClusterBug bug) : ClusterRules
{
    internal override bool HasMajority(int inSight, int known) => bug == ClusterBug.MinorityAdopts || base.HasMajority(inSight, known);

    internal override bool IsGone(TimeSpan silence, TimeSpan ownerTimeout) =>
        base.IsGone(silence, bug == ClusterBug.OwnerGoneTooSoon ? TimeSpan.FromMilliseconds(500) : ownerTimeout);

    internal override bool Differ(ulong ours, ulong theirs) =>
        (bug != ClusterBug.BucketSkipped || (ours ^ theirs) % 8 != 0) && base.Differ(ours, theirs);
}
