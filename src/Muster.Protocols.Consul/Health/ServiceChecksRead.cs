using Muster.Catalog;
using Muster.Protocols.Consul.Answers;
using Muster.Protocols.Consul.Blocking;
using Muster.Protocols.Consul.Filtering;
using Muster.Protocols.Consul.Http;
using Muster.Protocols.Consul.Json;

namespace Muster.Protocols.Consul.Health;

/// <summary><c>GET /v1/health/checks/:service</c>: the checks of a service's instances, not those of their nodes.</summary>
internal sealed class ServiceChecksRead(LiveCatalog catalog, BlockingQueries blocking, FilterCache filters)
    : ServiceRead(catalog, blocking, filters)
{
    protected override Task AnswerAsync(ConsulRequest request, ServiceSnapshot snapshot)
    {
        var filter = new InstanceFilter(passing: false, tags: null, request.Query.NodeMetadata);
        var checks = new CheckGathering(status: null, request.Filter);
        foreach (Instance instance in snapshot.Instances)
        {
            if (filter.AcceptsNode(instance.Node))
            {
                checks.AddOwn(instance);
            }
        }

        GoJsonWriter json = GoJsonWriter.Rent();
        checks.Write(json);
        QueryHeaders.Set(request, snapshot.Index);
        return ConsulResponse.JsonAsync(request, json);
    }
}
