using Muster.Cluster;
using Muster.Protocols.Consul.Http;
using Muster.Protocols.Consul.Json;

namespace Muster.Protocols.Consul.Status;

/// <summary>The paths under <c>/v1/status</c>. Every test harness polls the leader until it is not empty.</summary>
internal static class StatusRoutes
{
    public static void Map(RouteTable routes, ICluster cluster, int port)
    {
        routes.Map("/v1/status/leader", HttpVerbs.Get, request =>
        {
            GoJsonWriter json = GoJsonWriter.Rent();
            json.Text(Servers.AddressOf(Servers.Leader(cluster.View), port));
            return ConsulResponse.JsonAsync(request, json);
        });
        routes.Map("/v1/status/peers", HttpVerbs.Get, request =>
        {
            GoJsonWriter json = GoJsonWriter.Rent();
            json.BeginArray();
            foreach (MemberView member in Servers.Of(cluster.View))
            {
                json.Text(Servers.AddressOf(member, port));
            }

            json.EndArray();
            return ConsulResponse.JsonAsync(request, json);
        });
    }

    /// <summary>Host and port as Go writes them.</summary>
    public static string AddressOf(string address, int port) => address.Contains(':') ? $"[{address}]:{port}" : $"{address}:{port}";
}
