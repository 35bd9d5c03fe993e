using System.Text;
using Muster.Protocols.Consul.Http;
using Muster.Protocols.Consul.Json;

namespace Muster.Protocols.Consul.Status;

/// <summary>
/// The paths under <c>/v1/status</c>. Every test harness polls the leader until it is not empty; membership needs
/// none, so each server names itself.
/// </summary>
internal static class StatusRoutes
{
    public static void Map(RouteTable routes, string address, int port)
    {
        GoJsonWriter json = GoJsonWriter.Rent();
        json.Text(AddressOf(address, port));
        byte[] one = json.ToArray();
        json.Return();
        byte[] list = Encoding.UTF8.GetBytes($"[{Encoding.UTF8.GetString(one)}]");
        routes.Map("/v1/status/leader", HttpVerbs.Get, request => ConsulResponse.JsonAsync(request, one));
        routes.Map("/v1/status/peers", HttpVerbs.Get, request => ConsulResponse.JsonAsync(request, list));
    }

    /// <summary>Host and port as Go writes them.</summary>
    public static string AddressOf(string address, int port) => address.Contains(':') ? $"[{address}]:{port}" : $"{address}:{port}";
}
