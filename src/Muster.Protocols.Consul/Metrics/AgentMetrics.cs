using Muster.Catalog;
using Muster.Cluster;
using Muster.Protocols.Consul.Http;
using Muster.Protocols.Consul.Status;

namespace Muster.Protocols.Consul.Metrics;

/// <summary>
/// The figures of this server under the names that dashboards for Consul ask for. Only names whose meaning holds for
/// Muster are in it; what there is no figure for (gossip, the Raft log) is left out rather than made up.
/// </summary>
internal sealed class AgentMetrics(LiveCatalog catalog, ICluster cluster, ConsulOptions options, RouteTable routes, Func<int> blockedQueries)
{
    /// <summary>The path, as Consul writes it into a label.</summary>
    public static string LabelOf(Route route) => route.Path[1..].Replace('/', '_');

    /// <summary>All gauges, sorted by name.</summary>
    public IReadOnlyList<AgentGauge> ReadGauges()
    {
        CatalogStatistics counts = catalog.Statistics;
        string datacenter = catalog.Options.Datacenter;
        ClusterView view = cluster.View;
        int servers = Servers.Of(view).Count();
        GCMemoryInfo memory = GC.GetGCMemoryInfo(GCKind.Any);
        double index = Math.Max(catalog.ServicesPoint.Index, Math.Max(catalog.NodesPoint.Index, catalog.ChecksPoint.Index));
        return
        [
            new("consul.autopilot.failure_tolerance", Servers.FailureTolerance(view)),
            new("consul.autopilot.healthy", Servers.AreHealthy(view) ? 1 : 0),
            .. OfState("consul.consul"),
            new("consul.members.clients", 0, "datacenter", datacenter),
            new("consul.members.servers", servers, "datacenter", datacenter),
            new("consul.raft.applied_index", index),
            new("consul.raft.last_index", index),
            new("consul.raft.peers", servers),
            new("consul.rpc.queries_blocking", blockedQueries()),
            new("consul.runtime.alloc_bytes", memory.HeapSizeBytes - memory.FragmentedBytes),
            new("consul.runtime.num_goroutines", ThreadPool.ThreadCount),
            new("consul.runtime.sys_bytes", Environment.WorkingSet),
            new("consul.runtime.total_gc_pause_ns", GC.GetTotalPauseDuration().TotalNanoseconds),
            new("consul.runtime.total_gc_runs", GC.CollectionCount(0)),
            new("consul.server.isLeader", Servers.Leader(view).IsSelf ? 1 : 0),
            .. OfState("consul"),
            new("consul.version", 1, "version", options.ApiVersion),
        ];

        // older and newer versions of Consul differ in one level of the name, dashboards know either
        AgentGauge[] OfState(string prefix) =>
        [
            new(prefix + ".state.nodes", counts.Nodes, "datacenter", datacenter),
            new(prefix + ".state.service_instances", counts.Instances, "datacenter", datacenter),
            new(prefix + ".state.services", counts.Services, "datacenter", datacenter),
        ];
    }

    /// <summary>Every path and method that was asked for, with its timing.</summary>
    public IEnumerable<(Route Route, string Method, RouteTiming Timing)> ReadTimings()
    {
        foreach (Route route in routes.Routes.OrderBy(static route => route.Path, StringComparer.Ordinal))
        {
            foreach ((HttpVerbs verb, string method) in Route.VerbNames)
            {
                if (route.FindTiming(verb) is { } timing)
                {
                    yield return (route, method, timing);
                }
            }
        }
    }

    /// <summary>Of which two names a request counts: what Consul's servers count as requests, and as reads.</summary>
    public static (bool IsRequest, bool IsRead) KindOf(Route route, string method)
    {
        bool isCatalog = route.Path.StartsWith("/v1/catalog/", StringComparison.Ordinal) || route.Path.StartsWith("/v1/health/", StringComparison.Ordinal);
        bool isRequest = isCatalog || route.Path.StartsWith("/v1/status/", StringComparison.Ordinal) || route.Path.StartsWith("/v1/operator/", StringComparison.Ordinal);
        return (isRequest, isCatalog && method == "GET");
    }
}
