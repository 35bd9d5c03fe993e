using Muster.Catalog;
using Muster.Protocols.Consul.Answers;
using Muster.Protocols.Consul.Blocking;
using Muster.Protocols.Consul.Coordinates;
using Muster.Protocols.Consul.Filtering;
using Muster.Protocols.Consul.Http;

namespace Muster.Protocols.Consul.Catalog;

/// <summary><c>GET /v1/catalog/service/:name</c> and <c>/v1/catalog/connect/:name</c>: the instances whatever their health, in the order of <c>health/service</c>.</summary>
internal sealed class CatalogServiceRead(
    LiveCatalog catalog, ServiceAnswers answers, SelectedAnswers selected, BlockingQueries blocking, FilterCache filters,
    NearOrder near, bool inMesh)
    : ServiceRead(catalog, blocking, filters, inMesh)
{
    protected override bool HasCache => true;

    protected override Task AnswerAsync(ConsulRequest request, ServiceSnapshot snapshot)
    {
        QueryParameters query = request.Query;
        EncodedList rows = answers.Rows(snapshot);
        var filter = new InstanceFilter(passing: false, query.Tags, query.NodeMetadata, request.Filter);
        if (near.CenterOf(request) is { } center)
        {
            return near.AnswerAsync(request, center, snapshot, rows, filter);
        }

        if (!filter.IsPlain)
        {
            return selected.SendAsync(request, snapshot, MemoSlot.ConsulCatalog, rows, filter);
        }

        QueryHeaders.Set(request, rows.IndexText);
        return ConsulResponse.TakesCompressed(request, rows.Body.Length)
            ? ConsulResponse.GzippedJsonAsync(request.Context, answers.CompressedRows(snapshot, rows).Body)
            : ConsulResponse.JsonAsync(request, rows.Body);
    }
}
