using Muster.Catalog;
using Muster.Model;

namespace Muster.Simulation.Cluster;

/// <summary>The catalog's rules of merging, with a bug in one of them.</summary>
internal sealed class WrongMergeRules(ClusterBug bug) : MergeRules
{
    internal override int Compare(in EntryState here, in EntryState there)
    {
        int right = base.Compare(here, there);
        return bug switch
        {
            ClusterBug.ArrivalOrder when right != 0 => -1,
            ClusterBug.LateCriticalWins => base.Compare(here with { Tenure = default }, there with { Tenure = default }),
            ClusterBug.FormerOwnerExpires => base.Compare(AsRemoval(here), AsRemoval(there)),
            ClusterBug.DuplicateApplied when right == 0 => -1,
            _ => right,
        };
    }

    /// <summary>An expiry as if somebody had asked for it.</summary>
    private static EntryState AsRemoval(in EntryState state) => state.Expiry.Clock > 0 ? new EntryState(state.Expiry) : state;

    internal override bool IsNewerStatus(EntryVersion here, EntryVersion there) =>
        bug == ClusterBug.StatusInArrivalOrder ? here != there : base.IsNewerStatus(here, there);

    internal override bool IsTooFarAhead(long clock, long now, TimeSpan lead) =>
        bug != ClusterBug.FarAheadWins && base.IsTooFarAhead(clock, now, lead);

    internal override bool Refutes(RemovalKind kind, bool hasEvidence) =>
        bug != ClusterBug.NoRefutation && base.Refutes(kind, hasEvidence);

    internal override Tenure AfterSameRegistration(Tenure present, uint here) =>
        bug == ClusterBug.OwnerFlips && present.Owner != here ? new Tenure(present.Epoch + 1, here) : base.AfterSameRegistration(present, here);
}
