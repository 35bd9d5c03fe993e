using Muster.Protocols.Consul.Answers;
using Muster.Protocols.Consul.Blocking;
using Muster.Protocols.Consul.Filtering;
using Muster.Protocols.Consul.Http;
using Muster.Protocols.Consul.Json;

namespace Muster.Protocols.Consul.Catalog;

/// <summary>The reading paths under <c>/v1/catalog</c>.</summary>
internal static class CatalogReadRoutes
{
    public static void Map(RouteTable routes, LiveCatalog catalog, ServiceAnswers answers, BlockingQueries blocking, Filters filters)
    {
        byte[] datacenters = DatacentersJson(catalog.Options.Datacenter);
        routes.Map("/v1/catalog/datacenters", HttpVerbs.Get, request => ConsulResponse.JsonAsync(request, datacenters));
        routes.Map("/v1/catalog/services", HttpVerbs.Get, new ServicesRead(catalog, blocking, filters.ServiceRows).HandleAsync);
        routes.Map("/v1/catalog/service/", HttpVerbs.Get, new CatalogServiceRead(catalog, answers, blocking, filters.ServiceRows, inMesh: false).HandleAsync);
        routes.Map("/v1/catalog/connect/", HttpVerbs.Get, new CatalogServiceRead(catalog, answers, blocking, filters.ServiceRows, inMesh: true).HandleAsync);
        routes.Map("/v1/catalog/gateway-services/", HttpVerbs.Get, new EmptyServiceRead(catalog, blocking, filters: null).HandleAsync);
        routes.Map("/v1/catalog/nodes", HttpVerbs.Get, new NodesRead(catalog, blocking, filters.Nodes).HandleAsync);
        routes.Map("/v1/catalog/node/", HttpVerbs.Get, new NodeServicesRead(catalog, blocking, filters.NodeServices, asList: false).HandleAsync);
        routes.Map("/v1/catalog/node-services/", HttpVerbs.Get, new NodeServicesRead(catalog, blocking, filters.NodeServices, asList: true).HandleAsync);
    }

    private static byte[] DatacentersJson(string datacenter)
    {
        GoJsonWriter json = GoJsonWriter.Rent();
        json.BeginArray();
        json.Text(datacenter);
        json.EndArray();
        byte[] result = json.ToArray();
        json.Return();
        return result;
    }
}
