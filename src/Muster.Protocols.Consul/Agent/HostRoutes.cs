using Muster.Protocols.Consul.Http;
using Muster.Protocols.Consul.Metrics;

namespace Muster.Protocols.Consul.Agent;

/// <summary>The paths that are about the process around the API, and the machine it runs on.</summary>
internal static class HostRoutes
{
    public static void Map(RouteTable routes, IAgentHost host, AgentMetrics metrics, TimeProvider time, CancellationToken stopping)
    {
        var operations = new AgentOperations(host);
        routes.Map("/v1/agent/reload", HttpVerbs.Put, operations.ReloadAsync);
        routes.Map("/v1/agent/leave", HttpVerbs.Put, operations.LeaveAsync);
        routes.Map("/v1/agent/metrics", HttpVerbs.Get, new MetricsReads(metrics, host, time).HandleAsync);
        routes.Map("/v1/agent/monitor", HttpVerbs.Get, new LogMonitor(host, stopping).HandleAsync);
        routes.Map("/v1/agent/host", HttpVerbs.Get, new HostRead(host).HandleAsync);
    }
}
