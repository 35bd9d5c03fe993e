using System.Net;
using Microsoft.AspNetCore.Http;
using Muster.Cluster;
using Muster.Protocols.Consul.Http;

namespace Muster.Protocols.Consul.Agent;

/// <summary>Joining others and removing those that failed.</summary>
internal sealed class PoolOperations(LiveCatalog catalog, ICluster cluster)
{
    /// <summary>What Consul's servers say that have no pool among datacenters.</summary>
    private const string NoWidePool = "WAN Federation is disabled";

    /// <summary><c>PUT /v1/agent/join/:address</c>: joining oneself succeeds, as it does with Consul.</summary>
    public async Task JoinAsync(ConsulRequest request)
    {
        string address = request.ArgumentText;
        HttpContext context = request.Context;
        if (request.Find("wan") is { Length: > 0 })
        {
            await ConsulResponse.ErrorAsync(context, StatusCodes.Status500InternalServerError, NoWidePool);
            return;
        }

        string? problem = IsSelf(address) ? null : await cluster.JoinAsync(address);
        await (problem is null
            ? ConsulResponse.EmptyAsync(context)
            : ConsulResponse.ErrorAsync(
                context, StatusCodes.Status500InternalServerError, $"1 error occurred:\n\t* Failed to join {address}: {problem}\n\n"));
    }

    /// <summary>
    /// <c>PUT /v1/agent/force-leave/:node</c>: a failed server counts as left. One that is alive stays, and the nodes of the
    /// catalog are no members.
    /// </summary>
    public async Task ForceLeaveAsync(ConsulRequest request)
    {
        string node = request.ArgumentText;
        HttpContext context = request.Context;
        if (request.Find("wan") is not null)
        {
            // it asks to be removed from that pool only, and stays in the cluster
            await ConsulResponse.ErrorAsync(context, StatusCodes.Status500InternalServerError, NoWidePool);
            return;
        }

        bool isMember = cluster.View.Members.Any(member => member.Record.Name.Equals(node, StringComparison.OrdinalIgnoreCase));
        bool isDone = await cluster.ForceLeaveAsync(node, prune: request.Find("prune") is not null);
        await (isDone || isMember
            ? ConsulResponse.EmptyAsync(context)
            : ConsulResponse.ErrorAsync(context, StatusCodes.Status500InternalServerError, $"agent: No node found with name '{node}'"));
    }

    private bool IsSelf(string address)
    {
        IPEndPoint self = MemberEncoder.EndPointOf(cluster.View.Members.First(static member => member.IsSelf).Record);
        return IPEndPoint.TryParse(address, out IPEndPoint? end)
            && (IPAddress.IsLoopback(end.Address) || end.Address.ToString() == catalog.Options.NodeAddress)
            && (end.Port == self.Port || (end.Port == 0 && !cluster.IsEnabled));
    }
}
