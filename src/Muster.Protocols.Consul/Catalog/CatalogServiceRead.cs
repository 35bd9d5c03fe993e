using Muster.Catalog;
using Muster.Protocols.Consul.Answers;
using Muster.Protocols.Consul.Blocking;
using Muster.Protocols.Consul.Http;
using Muster.Protocols.Consul.Json;

namespace Muster.Protocols.Consul.Catalog;

/// <summary><c>GET /v1/catalog/service/:name</c>: the instances whatever their health, in the order of <c>health/service</c>.</summary>
internal sealed class CatalogServiceRead(LiveCatalog catalog, ServiceAnswers answers, BlockingQueries blocking)
    : ServiceRead(catalog, blocking)
{
    protected override Task AnswerAsync(ConsulRequest request, ServiceSnapshot snapshot)
    {
        QueryParameters query = request.Query;
        EncodedList rows = answers.Rows(snapshot);
        QueryHeaders.Set(request, rows.IndexText);
        var filter = new InstanceFilter(passing: false, query.Tags, query.NodeMetadata);
        if (filter.IsPlain)
        {
            return ConsulResponse.JsonAsync(request, rows.Body);
        }

        GoJsonWriter json = GoJsonWriter.Rent();
        ListEncoder.Select(rows, snapshot, filter, json);
        return ConsulResponse.JsonAsync(request, json);
    }
}
