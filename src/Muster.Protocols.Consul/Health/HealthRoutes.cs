using Muster.Protocols.Consul.Answers;
using Muster.Protocols.Consul.Blocking;
using Muster.Protocols.Consul.Coordinates;
using Muster.Protocols.Consul.Filtering;
using Muster.Protocols.Consul.Http;

namespace Muster.Protocols.Consul.Health;

/// <summary>The paths under <c>/v1/health</c>.</summary>
internal static class HealthRoutes
{
    public static void Map(RouteTable routes, LiveCatalog catalog, ServiceAnswers answers, BlockingQueries blocking, Filters filters, NearOrder near)
    {
        var selected = new SelectedAnswers(catalog.Answers);
        routes.Map("/v1/health/service/", HttpVerbs.Get, new HealthServiceRead(catalog, answers, selected, blocking, filters.HealthEntries, near, inMesh: false).HandleAsync);
        routes.Map("/v1/health/connect/", HttpVerbs.Get, new HealthServiceRead(catalog, answers, selected, blocking, filters.HealthEntries, near, inMesh: true).HandleAsync);
        routes.Map("/v1/health/ingress/", HttpVerbs.Get, new EmptyServiceRead(catalog, blocking, filters.HealthEntries).HandleAsync);
        routes.Map("/v1/health/checks/", HttpVerbs.Get, new ServiceChecksRead(catalog, blocking, filters.Checks).HandleAsync);
        routes.Map("/v1/health/node/", HttpVerbs.Get, new NodeChecksRead(catalog, blocking, filters.Checks).HandleAsync);
        routes.Map("/v1/health/state/", HttpVerbs.Get, new StateChecksRead(catalog, blocking, filters.Checks).HandleAsync);
    }
}
