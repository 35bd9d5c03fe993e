using System.Net;
using Microsoft.AspNetCore.Http;
using Muster.Protocols.Consul.Http;

namespace Muster.Protocols.Consul.Agent;

/// <summary>Joining others and removing those that failed, as a server answers that is alone in its pool.</summary>
internal sealed class PoolOperations(LiveCatalog catalog)
{
    private const string NoCluster = "this version of Muster is a single server and cannot join others";

    /// <summary><c>PUT /v1/agent/join/:address</c>: joining oneself succeeds, as it does with Consul.</summary>
    public Task JoinAsync(ConsulRequest request)
    {
        string address = request.ArgumentText;
        return IsSelf(address)
            ? ConsulResponse.EmptyAsync(request.Context)
            : ConsulResponse.ErrorAsync(
                request.Context, StatusCodes.Status500InternalServerError, $"1 error occurred:\n\t* Failed to join {address}: {NoCluster}\n\n");
    }

    /// <summary><c>PUT /v1/agent/force-leave/:node</c>: this server is alive and stays; nodes of the catalog are no members.</summary>
    public Task ForceLeaveAsync(ConsulRequest request)
    {
        string node = request.ArgumentText;
        return node.Equals(catalog.Options.NodeName, StringComparison.OrdinalIgnoreCase)
            ? ConsulResponse.EmptyAsync(request.Context)
            : ConsulResponse.ErrorAsync(
                request.Context, StatusCodes.Status500InternalServerError, $"agent: No node found with name '{node}'");
    }

    private bool IsSelf(string address) =>
        IPEndPoint.TryParse(address, out IPEndPoint? end)
        && (IPAddress.IsLoopback(end.Address) || end.Address.ToString() == catalog.Options.NodeAddress)
        && end.Port is 0 or SelfReads.GossipPort;
}
