using Muster.Cluster;
using Muster.Protocols.Consul.Agent;

namespace Muster.Protocols.Consul.Status;

/// <summary>
/// The servers as Consul shows its Raft peers. Membership needs no leader; since clients look for one, all servers that see
/// each other name the same: the alive one with the lowest origin.
/// </summary>
internal static class Servers
{
    /// <summary>Those that belong to the cluster, alive or not.</summary>
    public static IEnumerable<MemberView> Of(ClusterView view) =>
        view.Members.Where(static member => member.Status != MemberStatus.Left);

    /// <summary>The one that is named the leader.</summary>
    public static MemberView Leader(ClusterView view)
    {
        MemberView? leader = null;
        foreach (MemberView member in view.Members)
        {
            bool counts = member.IsSelf || member.Status is MemberStatus.Alive or MemberStatus.Leaving;
            if (counts && (leader is null || member.Record.Origin < leader.Record.Origin))
            {
                leader = member;
            }
        }

        return leader ?? throw new InvalidOperationException("The list of members has to hold the server itself.");
    }

    /// <summary>Whether none has failed.</summary>
    public static bool AreHealthy(ClusterView view) => view.Members.All(static member => member.Status != MemberStatus.Failed);

    /// <summary>How many more may fail while those left are a majority.</summary>
    public static int FailureTolerance(ClusterView view) => Math.Max(0, view.InSight - (view.Known / 2 + 1));

    /// <summary>Address and server port as Consul writes them.</summary>
    public static string AddressOf(MemberView member, int port) => StatusRoutes.AddressOf(MemberEncoder.EndPointOf(member.Record).Address.ToString(), port);
}
