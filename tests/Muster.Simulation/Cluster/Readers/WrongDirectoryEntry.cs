using Muster.Client;
using Muster.Client.Directory;

namespace Muster.Simulation.Cluster.Readers;

/// <summary>The client's rules of what to believe, with a bug in one of them.</summary>
internal sealed class WrongDirectoryEntry(ClusterBug bug, string service, EvidenceOptions evidence, int maxInstances)
    : DirectoryEntry(service, evidence, maxInstances)
{
    public override EntryResult Apply(RegistryNews news, TimeSpan now) => news switch
    {
        RegistryNews.Unheard when bug == ClusterBug.CacheEmptiedWithTheConnection && View.IsKnown =>
            base.Apply(new RegistryNews.Listed([], [.. View.Instances.Select(Ended)], Cursor, 0, ViewSource.Stream), now),
        RegistryNews.Listed listed when bug == ClusterBug.LossBelieved =>
            base.Apply(listed with { Removals = [.. View.Instances.Select(Ended)] }, now),
        RegistryNews.Listed listed when bug == ClusterBug.ListMerged =>
            base.Apply(listed with { Instances = [.. listed.Instances.UnionBy(View.Instances, InstanceKey.Of)] }, now),
        RegistryNews.Removed { Cursor: null } when bug == ClusterBug.DeregistrationIgnored => EntryResult.Nothing,
        RegistryNews.Removed { Cursor: { } cursor } removed when bug == ClusterBug.DeregistrationIgnored =>
            base.Apply(new RegistryNews.Resumed(cursor, removed.Index), now),
        RegistryNews.Listed listed when bug == ClusterBug.LateServerBelieved =>
            base.Apply(listed with { Removals = [.. listed.Removals.Select(AsExpiry)] }, now),
        RegistryNews.Removed removed when bug == ClusterBug.LateServerBelieved =>
            base.Apply(removed with { Removal = AsExpiry(removed.Removal) }, now),
        RegistryNews.Listed listed when bug == ClusterBug.OutdatedFormBelieved =>
            base.Apply(listed with { Instances = [.. listed.Instances.Select(instance => instance with { Version = 0 })] }, now),
        _ => base.Apply(news, now),
    };

    /// <summary>What expired is believed to be there if another server lists it.</summary>
    private static Removal AsExpiry(Removal removal) => removal.Kind == "deregistered" ? removal with { Kind = "expired" } : removal;

    private static Removal Ended(ServiceInstance instance) => new(InstanceKey.Of(instance), "deregistered", "a bug", At: null);
}
