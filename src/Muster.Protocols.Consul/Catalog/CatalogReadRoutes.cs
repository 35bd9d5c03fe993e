using Muster.Protocols.Consul.Answers;
using Muster.Protocols.Consul.Blocking;
using Muster.Protocols.Consul.Coordinates;
using Muster.Protocols.Consul.Filtering;
using Muster.Protocols.Consul.Http;

namespace Muster.Protocols.Consul.Catalog;

/// <summary>The reading paths under <c>/v1/catalog</c>.</summary>
internal static class CatalogReadRoutes
{
    public static void Map(RouteTable routes, LiveCatalog catalog, ServiceAnswers answers, BlockingQueries blocking, Filters filters, NearOrder near)
    {
        var selected = new SelectedAnswers(catalog.Answers);
        routes.Map("/v1/catalog/datacenters", HttpVerbs.Get, new DatacentersRead(catalog.Options.Datacenter).HandleAsync);
        routes.Map("/v1/catalog/services", HttpVerbs.Get, new ServicesRead(catalog, blocking, filters.ServiceRows).HandleAsync);
        routes.Map("/v1/catalog/service/", HttpVerbs.Get, new CatalogServiceRead(catalog, answers, selected, blocking, filters.ServiceRows, near, inMesh: false).HandleAsync);
        routes.Map("/v1/catalog/connect/", HttpVerbs.Get, new CatalogServiceRead(catalog, answers, selected, blocking, filters.ServiceRows, near, inMesh: true).HandleAsync);
        routes.Map("/v1/catalog/gateway-services/", HttpVerbs.Get, new EmptyServiceRead(catalog, blocking, filters: null).HandleAsync);
        routes.Map("/v1/catalog/nodes", HttpVerbs.Get, new NodesRead(catalog, blocking, filters.Nodes, near).HandleAsync);
        routes.Map("/v1/catalog/node/", HttpVerbs.Get, new NodeServicesRead(catalog, blocking, filters.NodeServices, asList: false).HandleAsync);
        routes.Map("/v1/catalog/node-services/", HttpVerbs.Get, new NodeServicesRead(catalog, blocking, filters.NodeServices, asList: true).HandleAsync);
    }
}
