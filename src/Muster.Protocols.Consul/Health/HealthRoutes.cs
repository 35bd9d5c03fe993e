using Muster.Protocols.Consul.Answers;
using Muster.Protocols.Consul.Blocking;
using Muster.Protocols.Consul.Http;

namespace Muster.Protocols.Consul.Health;

/// <summary>The paths under <c>/v1/health</c>.</summary>
internal static class HealthRoutes
{
    public static void Map(RouteTable routes, LiveCatalog catalog, ServiceAnswers answers, BlockingQueries blocking)
    {
        routes.Map("/v1/health/service/", HttpVerbs.Get, new HealthServiceRead(catalog, answers, blocking).HandleAsync);
        routes.Map("/v1/health/connect/", HttpVerbs.Get, new EmptyServiceRead(catalog, blocking).HandleAsync);
        routes.Map("/v1/health/ingress/", HttpVerbs.Get, new EmptyServiceRead(catalog, blocking).HandleAsync);
        routes.Map("/v1/health/checks/", HttpVerbs.Get, new ServiceChecksRead(catalog, blocking).HandleAsync);
        routes.Map("/v1/health/node/", HttpVerbs.Get, new NodeChecksRead(catalog, blocking).HandleAsync);
        routes.Map("/v1/health/state/", HttpVerbs.Get, new StateChecksRead(catalog, blocking).HandleAsync);
    }
}
