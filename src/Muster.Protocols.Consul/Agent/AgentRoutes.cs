using Muster.Cluster;
using Muster.Protocols.Consul.Blocking;
using Muster.Protocols.Consul.Filtering;
using Muster.Protocols.Consul.Http;

namespace Muster.Protocols.Consul.Agent;

/// <summary>The paths under <c>/v1/agent</c>: this server is the agent of its own node.</summary>
internal static class AgentRoutes
{
    public static void Map(
        RouteTable routes, LiveCatalog catalog, ICluster cluster, ConsulOptions options, BlockingQueries blocking, Filters filters, TokenWarning tokens)
    {
        var lookup = new AgentLookup(catalog);
        var services = new ServiceWrites(catalog, new AgentRegistrar(catalog, options), lookup, tokens, options.Scripts);
        routes.Map("/v1/agent/service/register", HttpVerbs.Put, services.RegisterAsync);
        routes.Map("/v1/agent/service/deregister/", HttpVerbs.Put, services.DeregisterAsync);

        var maintenance = new MaintenanceWrites(catalog, lookup);
        routes.Map("/v1/agent/service/maintenance/", HttpVerbs.Put, maintenance.ServiceAsync);
        routes.Map("/v1/agent/maintenance", HttpVerbs.Put, maintenance.NodeAsync);

        var checks = new CheckWrites(catalog, lookup, tokens, options.Scripts);
        routes.Map("/v1/agent/check/register", HttpVerbs.Put, checks.RegisterAsync);
        routes.Map("/v1/agent/check/deregister/", HttpVerbs.Put, checks.DeregisterAsync);
        routes.Map("/v1/agent/check/pass/", HttpVerbs.Put, checks.PassAsync);
        routes.Map("/v1/agent/check/warn/", HttpVerbs.Put, checks.WarnAsync);
        routes.Map("/v1/agent/check/fail/", HttpVerbs.Put, checks.FailAsync);
        routes.Map("/v1/agent/check/update/", HttpVerbs.Put, checks.UpdateAsync);

        var reads = new AgentReads(catalog, lookup, filters);
        routes.Map("/v1/agent/services", HttpVerbs.Get, reads.ServicesAsync);
        routes.Map("/v1/agent/checks", HttpVerbs.Get, reads.ChecksAsync);
        routes.Map("/v1/agent/service/", HttpVerbs.Get, new AgentServiceRead(catalog, lookup, blocking).HandleAsync);

        var self = new SelfReads(catalog, lookup, cluster, options);
        routes.Map("/v1/agent/self", HttpVerbs.Get, self.SelfAsync);
        routes.Map("/v1/agent/members", HttpVerbs.Get, self.MembersAsync);
        routes.Map("/v1/agent/version", HttpVerbs.Get, self.VersionAsync);

        var health = new ServiceHealthReads(catalog, lookup);
        routes.Map("/v1/agent/health/service/id/", HttpVerbs.Get, health.ByIdAsync);
        routes.Map("/v1/agent/health/service/name/", HttpVerbs.Get, health.ByNameAsync);

        var pool = new PoolOperations(catalog, cluster);
        routes.Map("/v1/agent/join/", HttpVerbs.Put, pool.JoinAsync);
        routes.Map("/v1/agent/force-leave/", HttpVerbs.Put, pool.ForceLeaveAsync);
    }
}
