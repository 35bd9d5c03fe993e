using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Muster.Cluster;
using Muster.Protocols.Consul.Agent;
using Muster.Protocols.Consul.Answers;
using Muster.Protocols.Consul.Blocking;
using Muster.Protocols.Consul.Catalog;
using Muster.Protocols.Consul.Coordinates;
using Muster.Protocols.Consul.Filtering;
using Muster.Protocols.Consul.Health;
using Muster.Protocols.Consul.Http;
using Muster.Protocols.Consul.Metrics;
using Muster.Protocols.Consul.Operators;
using Muster.Protocols.Consul.Status;

namespace Muster.Protocols.Consul;

/// <summary>
/// Consul's HTTP API over the catalog, as one terminal middleware for every path under <c>/v1/</c>:
/// <c>app.Run(consul.InvokeAsync)</c>. See docs/reference/consul-reads.md.
/// </summary>
public sealed class ConsulEndpoint
{
    private readonly Dispatcher _dispatcher;
    private readonly BlockingQueries _blocking;

    /// <summary>Makes the API.</summary>
    /// <param name="catalog">What is read and changed.</param>
    /// <param name="options">The limits.</param>
    /// <param name="time">For the waits of blocking queries.</param>
    /// <param name="random">For the jitter of these waits.</param>
    /// <param name="logger">For bugs, and for what is accepted but ignored.</param>
    /// <param name="stopping">Ends every wait: what waits is answered at once with the present result.</param>
    /// <param name="host">The process around it; without one the paths that ask it something are unknown.</param>
    /// <param name="cluster">The servers; without it this one is alone.</param>
    public ConsulEndpoint(
        LiveCatalog catalog, ConsulOptions options, TimeProvider time, Random random, ILogger<ConsulEndpoint> logger, CancellationToken stopping,
        IAgentHost? host = null, ICluster? cluster = null)
    {
        cluster ??= new LoneServer(catalog, time.GetUtcNow());
        _blocking = new BlockingQueries(options, time, random, stopping);
        var filters = new Filters();
        var answers = new ServiceAnswers(catalog.Answers);
        Routes = new RouteTable();
        var coordinates = new CoordinateTable(catalog);
        var near = new NearOrder(catalog, coordinates);
        HealthRoutes.Map(Routes, catalog, answers, _blocking, filters, near);
        CatalogReadRoutes.Map(Routes, catalog, answers, _blocking, filters, near);
        var tokens = new TokenWarning(logger);
        CatalogWrites.Map(Routes, catalog, tokens);
        AgentRoutes.Map(Routes, catalog, cluster, options, _blocking, filters, tokens);
        if (host is not null)
        {
            HostRoutes.Map(Routes, host, new AgentMetrics(catalog, cluster, options, Routes, () => _blocking.Waiting), time, stopping);
        }

        CoordinateRoutes.Map(Routes, catalog, coordinates, _blocking, tokens);
        StatusRoutes.Map(Routes, cluster, options.ServerPort);
        OperatorRoutes.Map(Routes, catalog, cluster, options);
        MissingParts.Map(Routes);
        _dispatcher = new Dispatcher(Routes.Freeze(), catalog.Options.Datacenter, options.TranslateWanAddresses, catalog.Options.Replicated, tokens, time, logger);
    }

    /// <summary>How many blocking queries wait now.</summary>
    public int BlockedQueries => _blocking.Waiting;

    /// <summary>Every route, for tests and for authorization to enumerate.</summary>
    internal RouteTable Routes { get; }

    /// <summary>Sets other limits for the blocking queries that come from now on.</summary>
    public void Reconfigure(ConsulOptions options) => _blocking.Reconfigure(options);

    /// <summary>Answers a request.</summary>
    public Task InvokeAsync(HttpContext context) => _dispatcher.InvokeAsync(context);
}
